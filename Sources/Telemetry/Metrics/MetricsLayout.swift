/// The names behind a snapshot's dense indices: what a number in the metrics, a span or a log entry is called.
/// Immutable; made by the control thread with each snapshot.
public final class MetricsLayout: Sendable {
  public struct Rule: Hashable, Sendable {
    public var route: String
    /// The rule's name, or its place in the route.
    public var rule: String

    public init(route: String, rule: String) {
      self.route = route
      self.rule = rule
    }
  }

  public struct Endpoint: Hashable, Sendable {
    public var service: String
    public var address: String

    public init(service: String, address: String) {
      self.service = service
      self.address = address
    }
  }

  public let rules: [Rule]
  public let services: [String]
  public let endpoints: [Endpoint]

  /// All names one behind the other, for writing them without a `String`.
  private let bytes: [UInt8]
  private let routeRanges: [Range<Int32>]
  private let ruleRanges: [Range<Int32>]
  private let serviceRanges: [Range<Int32>]
  private let endpointRanges: [Range<Int32>]

  /// Indices are places in these arrays, the same as in the snapshot.
  public init(rules: [Rule] = [], services: [String] = [], endpoints: [Endpoint] = []) {
    self.rules = rules
    self.services = services
    self.endpoints = endpoints
    var bytes: [UInt8] = []
    func place(_ name: String) -> Range<Int32> {
      let start = Int32(bytes.count)
      bytes.append(contentsOf: name.utf8)
      return start..<Int32(bytes.count)
    }
    var last: (name: String, range: Range<Int32>)?
    routeRanges = rules.map { rule in
      // A route's rules follow one another: its name is kept once.
      if let last, last.name == rule.route { return last.range }
      let range = place(rule.route)
      last = (rule.route, range)
      return range
    }
    ruleRanges = rules.map { place($0.rule) }
    serviceRanges = services.map { place($0) }
    endpointRanges = endpoints.map { place($0.address) }
    self.bytes = bytes
  }

  /// Hands over a name's bytes; none for an index outside (-1 is "there was none").
  @inline(__always)
  internal func withName<R>(_ kind: NameKind, _ index: Int32, _ body: (Span<UInt8>) -> R) -> R {
    let ranges =
      switch kind {
      case .route: routeRanges
      case .rule: ruleRanges
      case .service: serviceRanges
      case .endpoint: endpointRanges
      }
    guard index >= 0, Int(index) < ranges.count else { return body(bytes.span.extracting(0..<0)) }
    let range = ranges[Int(index)]
    return body(bytes.span.extracting(Int(range.lowerBound)..<Int(range.upperBound)))
  }

  internal enum NameKind { case route, rule, service, endpoint }
}
