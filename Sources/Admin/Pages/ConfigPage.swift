internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// The configuration in force, defaults filled in, with the configuration file's own keys and forms: JSON is YAML,
/// and what stands here is a configuration file that says the same (`curl …/config | apus check -`).
///
/// What waits for the next start stands under `afterRestart`, which a file that is loaded need not have, and has no effect there.
///
/// But for secrets: values of headers, parameters and claims whose name sounds like one are `***`, and keys are named by
/// their files. The admin server asks nobody who they are.
enum ConfigPage {
  static func value(_ snapshot: MeshSnapshot, admin: SocketAddress?, _ start: StartState) -> JSONValue {
    let settings = snapshot.settings
    let page = object(
      ("workers", workers(start.settings)),
      ("admin", self.admin(admin)),
      (
        "node",
        [
          "service": .string(settings.node.service), "id": .string(settings.node.id),
          "zone": .string(settings.node.zone),
        ]
      ),
      ("listeners", JSONValue(snapshot.listeners.map(listener))),
      ("routes", some(snapshot.routes.definitions.map(route))),
      ("services", some(snapshot.endpointLists.map(service))),
      ("jwt", tokenProviders(snapshot)),
      ("timeouts", timeouts(settings.timeouts)),
      ("limits", limits(settings)),
      ("dns", dns(settings.dns)),
      (
        "tracing",
        [
          "propagation": propagation(settings.tracing.propagation),
          "sampling": percent(settings.tracing.sampling),
        ]
      ),
      ("accessLog", accessLog(start.settings)),
      ("log", ["level": .string("\(Log.level)"), "format": .string("\(Log.format)")]),
      ("drain", duration(settings.timeouts.drain)),
      ("etcd", settings.etcd.map(etcd)),
      ("kubernetes", settings.cluster.map(cluster)),
      ("configuration", settings.rest.map { rest($0, settings.cluster) }),
      ("lastGood", settings.lastGood.map { .string($0) }),
      ("coreDumps", .bool(settings.coreDumps)),
      ("afterRestart", afterRestart(snapshot, start)))
    return escaped(page)
  }

  private static func listener(_ listener: ListenerDefinition) -> JSONValue {
    object(
      ("name", .string(listener.name)),
      ("address", .string(listener.address.description)),
      ("protocol", .string("\(listener.protocol)")),
      ("direction", .string("\(listener.direction)")),
      ("routes", JSONValue(listener.routes.definitions.map { .string(name(of: $0)) })),
      ("trustedHops", JSONValue(listener.trustedHops)),
      ("forwardClientCert", .string(listener.clientCertificate.rawValue)),
      ("connection", connection(listener.lifetime)),
      ("http2", http2(listener.http2, ofListener: true)),
      ("jwt", tokens(listener.tokens)),
      ("authorization", authorization(listener.authorization)),
      ("tls", listener.tls.map(tls)))
  }

  private static func propagation(_ formats: TracePropagation) -> JSONValue {
    let names: [(TracePropagation, String)] = [
      (.w3c, "w3c"), (.b3, "b3"), (.b3Multi, "b3multi"), (.jaeger, "jaeger"),
    ]
    return JSONValue(names.filter { formats.contains($0.0) }.map { .string($0.1) })
  }
}
