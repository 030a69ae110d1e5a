public import Identity
public import Policy
public import Primitives

/// What is done with the requests that a rule takes. Immutable, shared by all workers. Lives as long
/// as a snapshot or an exchange holds it.
public final class RouteRule: Sendable, TurnLived {
  /// The same for the same route and rule by name, whatever else changes (`NumberTable`).
  public let index: Int
  public let routeName: String
  /// Given, or the rule's place within its route, from 0.
  public let ruleName: String
  public let backends: [WeightedBackend]
  /// Applied to the request's head before it is sent on.
  public let requestFilters: HeaderFilter
  /// Applied to the final response's head.
  public let responseFilters: HeaderFilter
  /// Whether the filters do anything: most rules have none, and asking a flag touches no array.
  public let filtersRequests: Bool
  public let filtersResponses: Bool
  /// Nil: nothing is said to browsers about other origins.
  public let cors: CORSFilter?
  public let timeouts: RouteTimeouts
  /// Nil: nothing is retried.
  public let retry: RetryPolicy?
  /// The route's; nil: whoever comes this far may do everything.
  public let authorization: AuthorizationPolicy?
  /// The route's; nil: the listener's.
  public let tokens: TokenPolicy?

  private let number: StableNumber
  /// The only backend with a weight, so that most rules need no drawing.
  private let single: Lent<Service>
  /// Sums of the weights up to each backend.
  private let sums: [Int]

  public init(
    index: StableNumber, routeName: String, ruleName: String, backends: [WeightedBackend] = [],
    requestFilters: HeaderFilter = HeaderFilter(), responseFilters: HeaderFilter = HeaderFilter(),
    cors: CORSFilter? = nil, timeouts: RouteTimeouts = RouteTimeouts(), retry: RetryPolicy? = nil,
    authorization: AuthorizationPolicy? = nil, tokens: TokenPolicy? = nil
  ) {
    self.index = index.value
    number = index
    self.routeName = routeName
    self.ruleName = ruleName
    self.backends = backends
    self.requestFilters = requestFilters
    self.responseFilters = responseFilters
    filtersRequests = !requestFilters.isEmpty
    filtersResponses = !responseFilters.isEmpty
    self.cors = cors
    self.timeouts = timeouts
    self.retry = retry
    self.authorization = authorization
    self.tokens = tokens
    let weighted = backends.filter { $0.weight > 0 }
    single = weighted.count == 1 ? Lent(weighted[0].service) : Lent()
    var sum = 0
    sums = backends.map { backend in
      sum += max(0, backend.weight)
      return sum
    }
  }

  /// A backend by weight. None where there is none, or all weigh nothing: Gateway API answers 500 then.
  public func pickBackend(random: inout Random) -> Lent<Service> {
    if !single.isNil { return single }
    guard let total = sums.last, total > 0 else { return Lent() }
    let drawn = random.next(below: total)
    for index in 0..<sums.count where drawn < sums[index] { return Lent(backends[index].service) }
    return Lent()
  }
}
