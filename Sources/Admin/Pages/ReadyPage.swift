internal import Mesh
internal import Policy
internal import Primitives

/// Whether requests are served, and what stands in the way.
enum ReadyPage {
  static func value(_ source: any AdminSource) -> JSONValue {
    let status = source.status
    let listeners = status.listeners.map { listener -> JSONValue in
      ["name": .string(listener.name), "address": .string(listener.address.description)]
    }
    return [
      "ready": .bool(status.phase.isReady),
      "phase": .string(status.phase.rawValue),
      "version": .string(status.version),
      "snapshot": JSONValue(source.snapshot.version),
      "workers": JSONValue(source.metrics.count),
      "exchanges": JSONValue(status.exchanges),
      "listeners": .array(listeners),
      "problems": JSONValue(problems(source).map { .string($0) }),
    ]
  }

  /// What an operator should look at, though it does not keep requests to other services from being served.
  private static func problems(_ source: any AdminSource) -> [String] {
    ReloadPage.problems(source.reloads)
      + (source.centreState.flatMap { centre in
        centre.fault.map { ["the configuration at \(centre.place) cannot be followed: \($0)"] }
      } ?? []) + source.certificates.problems + KeySetsPage.problems(source)
      + (source.keepingProblems ?? [])
      + (source.registrationProblem.map { ["this process is not registered: \($0)"] } ?? [])
      + source.sources.compactMap { state in
        state.fault.map { fault in
          "\(state.kind.rawValue) \(state.isRefused ? "refuses what it is asked for" : "does not answer")"
            + (state.knowsAny ? ", its last word holds" : "") + ": \(fault)"
        }
      }
      + source.snapshot.endpointLists.flatMap { list -> [String] in
        let service = list.service
        var found: [String] = []
        if list.endpoints.isEmpty {
          let isUnknown = list.discovery?.isKnown == false
          let remark = list.discovery.flatMap { source.remark(on: $0.reference) }
          let reason = isUnknown ? "its source has not answered yet" : remark
          found.append("service \(service.name) has no endpoints" + (reason.map { ": \($0)" } ?? ""))
        }
        if let savedAt = list.discovery?.savedAt {
          let age = Int(max(0, (source.status.now - savedAt).seconds))
          found.append(
            "the endpoints of service \(service.name) are those from before, \(age) s old: "
              + "its source has not answered yet")
        }
        if let breaker = service.state.breaker, breaker.state != .closed {
          found.append("the breaker of service \(service.name) is \(ServicesPage.name(of: breaker.state))")
        }
        return found
      }
  }
}
