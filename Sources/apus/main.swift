import HTTP
import Mesh
import Policy
import Primitives
import Proxy
import Reactor
import Telemetry

let store = StateStore()
let up = SocketAddress(CommandLine.arguments[2])!
var breaker = CircuitBreaker.Settings()
let service = Service(
  index: 0, name: "origin",
  endpoints: [Endpoint(index: 0, address: up, state: store.endpoint(of: "origin", up))],
  state: store.service("origin", limits: ServiceLimits(), breaker: breaker))
let rule = RouteRule(index: 0, routeName: "all", ruleName: "0", backends: [WeightedBackend(service: service, weight: 1)],
  retry: RetryPolicy(conditions: [.connectFailure, .reset]))
let table = RouteTable([RouteDefinition(rules: [.init(rule)])])
var settings = MeshSettings()
let snapshot = MeshSnapshot(
  version: 1, settings: settings,
  listeners: [ListenerDefinition(name: "l", address: SocketAddress(CommandLine.arguments[1])!, routes: table)],
  routes: table, services: [service])
let server = try ProxyServer(snapshot: snapshot, workers: 1)
try server.start()
print(server.listeners)
server.join()
