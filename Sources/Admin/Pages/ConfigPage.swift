internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives

/// The configuration in effect, defaults filled in, in the words of the configuration file.
///
/// No secrets: the values of header filters are left out, and so are those of matches whose name sounds like one.
/// The admin server asks nobody who they are.
enum ConfigPage {
  static func value(_ snapshot: MeshSnapshot, admin: SocketAddress?) -> JSONValue {
    let settings = snapshot.settings
    return [
      "version": JSONValue(snapshot.version),
      "workers": settings.workers.map { JSONValue($0) } ?? "auto",
      "admin": .string(admin?.description ?? "off"),
      "node": [
        "service": .string(settings.node.service), "id": .string(settings.node.id),
        "zone": .string(settings.node.zone),
      ],
      "listeners": JSONValue(snapshot.listeners.map(listener)),
      "routes": routes(snapshot.routes),
      "services": JSONValue(snapshot.services.map(service)),
      "timeouts": timeouts(settings.timeouts),
      "limits": limits(settings),
      "tracing": [
        "propagation": propagation(settings.tracing.propagation),
        "sampling": percent(settings.tracing.sampling),
      ],
      "accessLog": [
        "path": .string(destination(settings.accessLog.destination)),
        "format": .string(settings.accessLog.format),
      ],
      "drain": duration(settings.timeouts.drain),
      "coreDumps": .bool(settings.coreDumps),
    ]
  }

  private static func listener(_ listener: ListenerDefinition) -> JSONValue {
    [
      "name": .string(listener.name),
      "address": .string(listener.address.description),
      "protocol": .string("\(listener.protocol)"),
      "trustedHops": JSONValue(listener.trustedHops),
      "connection": connection(listener.lifetime),
      "http2": http2(listener.http2),
      "forwardClientCert": .string(listener.clientCertificate.rawValue),
      "jwt": tokens(listener.tokens),
      "authorization": authorization(listener.authorization),
      "tls": listener.tls.map(tls) ?? nil,
      "routes": JSONValue(listener.routes.definitions.map { .string(name(of: $0)) }),
    ]
  }

  private static func timeouts(_ timeouts: Timeouts) -> JSONValue {
    [
      "head": duration(timeouts.head),
      "body": duration(timeouts.body),
      "request": duration(timeouts.request),
      "backendRequest": duration(timeouts.perTry),
      "connect": duration(timeouts.connect),
      "exchangeIdle": duration(timeouts.exchangeIdle),
      "downstreamIdle": duration(timeouts.downstreamIdle),
      "upstreamIdle": duration(timeouts.upstreamIdle),
      "tunnelIdle": duration(timeouts.tunnelIdle),
      "lingeringClose": duration(timeouts.lingeringClose),
    ]
  }

  private static func limits(_ settings: MeshSettings) -> JSONValue {
    let limits = settings.limits
    return [
      "startLine": JSONValue(limits.startLine),
      "headerBytes": JSONValue(limits.headerBytes),
      "headerCount": JSONValue(limits.headerCount),
      "chunkLine": JSONValue(limits.chunkLine),
      "chunkExtensions": JSONValue(limits.chunkExtensions),
      "trailerBytes": JSONValue(limits.trailerBytes),
      "trailerCount": JSONValue(limits.trailerCount),
      "informational": JSONValue(limits.informational),
      "underscores": .string("\(limits.underscores)"),
      "unsafeTargetBytes": .bool(limits.allowsUnsafeTargetBytes),
      "bufferSize": JSONValue(settings.bufferSize),
      "replayBound": JSONValue(settings.replayBound),
      "bodyRate": JSONValue(settings.bodyRate),
      "loops": JSONValue(settings.loops),
      "handshakes": JSONValue(settings.handshakes),
    ]
  }

  private static func propagation(_ formats: TracePropagation) -> JSONValue {
    let names: [(TracePropagation, String)] = [
      (.w3c, "w3c"), (.b3, "b3"), (.b3Multi, "b3multi"), (.jaeger, "jaeger"),
    ]
    return JSONValue(names.filter { formats.contains($0.0) }.map { .string($0.1) })
  }

  private static func destination(_ destination: AccessLogSettings.Destination) -> String {
    switch destination {
    case .none: "off"
    case .standardOutput: "stdout"
    case .standardError: "stderr"
    case .file(let path): path
    }
  }

  static func percent(_ share: Double) -> JSONValue {
    let hundredths = (share * 10_000).rounded()
    let whole = Int(exactly: hundredths / 100)
    return .string((whole.map(String.init) ?? "\(hundredths / 100)") + "%")
  }

  static func duration(_ interval: Interval?) -> JSONValue {
    JSONValue(interval.map(DurationText.text))
  }
}
