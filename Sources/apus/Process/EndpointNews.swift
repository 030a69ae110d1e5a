internal import Mesh
internal import Telemetry

/// What the log says of services' endpoints: that there are none, once, and that there are some again.
struct EndpointNews {
  /// Names of services of which it was told that they have none.
  private var empty: Set<String> = []
  /// The same of services of which nothing was known.
  private var unknown: Set<String> = []

  /// There are no other services any more.
  mutating func keep(_ services: [Service]) {
    if empty.isEmpty, unknown.isEmpty { return }
    let names = Set(services.map(\.name))
    empty.formIntersection(names)
    unknown.formIntersection(names)
  }

  /// - Parameters:
  ///   - list: another one than before.
  ///   - remark: why there are none, where the source says.
  mutating func tell(_ list: EndpointList, _ remark: (ServiceReference) -> String?) {
    let count = list.endpoints.count
    let reason = count == 0 ? list.discovery.flatMap { remark($0.reference) } : nil
    let fields: KeyValuePairs<StaticString, LogValue> = [
      "service": .string(list.service.name),
      "source": .string(list.discovery?.reference.source.rawValue ?? ""),
      "endpoints": LogValue(count), "unused": LogValue(list.discovery?.unused.count ?? 0),
      "reason": reason.map { .string($0) } ?? .absent,
    ]
    let name = list.service.name
    let wasUnknown = unknown.remove(name) != nil
    if count == 0 {
      if empty.insert(name).inserted { Log.warning("a service has no endpoints", fields) }
    } else if empty.remove(name) != nil || wasUnknown {
      Log.info("a service has endpoints now", fields)
    } else {
      Log.debug("endpoints have changed", fields)
    }
  }

  mutating func tellUnknown(_ reference: ServiceReference, _ services: [String]) {
    unknown.formUnion(services)
    Log.warning(
      "no endpoints are known yet",
      [
        "source": .string(reference.source.rawValue), "reference": .string(reference.description),
        "service": .string(services.joined(separator: ",")),
      ])
  }
}
