import Admin
import HTTP
import Identity
import Mesh
import Policy
import Primitives
import Telemetry

/// A small mesh that the admin server may look at.
final class TestMesh: AdminSource {
  var snapshot: MeshSnapshot
  var start: StartState { StartState(snapshot.settings) }
  let states = StateStore()
  let metrics: [WorkerMetrics]
  var phase = ProcessStatus.Phase.serving
  var certificates = CertificateState()
  var centreState: CentreState?
  var keySets: [KeySetState] = []
  var sources: [SourceState] = []
  var registrationProblem: String?
  var keepingProblems: [String]?
  var leaving: [LeavingEndpoint] { states.leaving(snapshot) }
  var reloads: ReloadState?
  /// What the next reload comes to.
  var reloadOutcome: ReloadState?
  var breaker: CircuitBreaker { snapshot.services[0].state.breaker! }

  var status: ProcessStatus {
    ProcessStatus(
      version: "1.2.3", phase: phase, startedAt: 1_700_000_000_500_000_000,
      now: MonotonicTime(nanoseconds: 20_000_000_000),
      listeners: [.init(name: "public", address: .v4(address: 0x7F00_0001, port: 8080))],
      admin: .v4(address: 0x7F00_0001, port: 9901), exchanges: 3)
  }

  var remarks: [ServiceReference: String] = [:]
  func remark(on reference: ServiceReference) -> String? { remarks[reference] }

  func reload() -> ReloadState? {
    reloads = reloadOutcome
    return reloads
  }

  init() throws {
    let states = states
    func endpoint(_ port: UInt16, weight: Int = 1, zone: String? = nil) -> Endpoint {
      states.endpoint(
        of: "orders", .v4(address: 0x0A00_0001, port: port), weight: weight, zone: zone)
    }
    var balanced = ServiceSettings()
    balanced.balancing = .leastRequest
    balanced.breaker = CircuitBreaker.Settings(minimumRequests: 2)
    let orders = states.service("orders", balanced)
    let lists = [
      EndpointList(orders, [endpoint(80), endpoint(81, weight: 2, zone: "eu-1a")]),
      EndpointList(states.service("empty"), []),
    ]
    let routes = try Self.routes(orders, try RegularExpression("/a.*"))
    let table = RouteTable(routes)
    var settings = MeshSettings()
    settings.workers = 2
    settings.tracing.propagation = [.w3c, .b3]
    snapshot = MeshSnapshot(
      version: 7, settings: settings,
      listeners: [
        ListenerDefinition(name: "public", address: .v4(address: 0, port: 0), routes: table, trustedHops: 1)
      ],
      routes: table, endpointLists: lists)
    let layout = MetricsLayout(
      rules: table.rules.map { .init(route: $0.routeName, rule: $0.ruleName) },
      services: ["orders", "empty"],
      endpoints: snapshot.endpoints.map { .init(service: "orders", address: $0.text) })
    metrics = [WorkerMetrics(layout: layout), WorkerMetrics(layout: layout)]
  }

  private static func routes(_ service: Service, _ expression: RegularExpression) throws -> [RouteDefinition]
  {
    let call = try GRPCMethodMatch(.exact, service: "shop.Carts", method: nil)
    var conditions = AuthorizationRule.Conditions()
    conditions.identities = [try IdentityPattern("spiffe://prod/*")]
    conditions.methods = ["GET"]
    conditions.paths = [.prefix("/v2")]
    conditions.sourceNetworks = [try NetworkPrefix("10.0.0.0/8")]
    conditions.headers = [ValueMatch(name: "x-token", .exact("hunter2"))]
    let policy = AuthorizationPolicy(
      .route, "api", mode: .dryRun,
      rules: [AuthorizationRule(name: "web", action: .allow, conditions: conditions)])
    let first = RouteRule(
      index: 0, routeName: "api", ruleName: "beta", backends: [WeightedBackend(service: service, weight: 95)],
      requestFilters: HeaderFilter(set: [("authorization", "hunter2")]),
      timeouts: RouteTimeouts(request: .seconds(15), backendRequest: .milliseconds(2500)),
      retry: RetryPolicy(conditions: [.connectFailure, .reset], statuses: [503], attempts: 2),
      authorization: policy)
    let second = RouteRule(
      index: 1, routeName: "api", ruleName: "1", backends: [WeightedBackend(service: service)])
    var cors = CORSSettings()
    cors.allowOrigins = [CORSOrigin("https://*.example")!]
    let third = RouteRule(index: 2, routeName: "api", ruleName: "call", cors: CORSFilter(cors))
    let matches = [
      RouteMatch(
        path: .prefix("/v2"), method: "GET",
        headers: [ValueMatch(name: "x-beta", .exact("1")), ValueMatch(name: "X-Api-Key", .exact("hunter2"))],
        queryParameters: [ValueMatch(name: "q", .regularExpression(expression))])
    ]
    let calls = RouteMatch(path: .grpc(call))
    return [
      RouteDefinition(
        hostnames: ["*.example"],
        rules: [.init(first, matches: matches), .init(second), .init(third, matches: [calls])])
    ]
  }
}
