internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives

/// `timeouts`, `limits` and `dns` of the whole proxy.
extension ConfigPage {
  static func timeouts(_ timeouts: Timeouts) -> JSONValue {
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
      "discovery": duration(timeouts.discovery),
    ]
  }

  static func limits(_ settings: MeshSettings) -> JSONValue {
    let limits = settings.limits
    return [
      "startLine": size(limits.startLine),
      "headerBytes": size(limits.headerBytes),
      "headerCount": JSONValue(limits.headerCount),
      "chunkLine": size(limits.chunkLine),
      "chunkExtensions": size(limits.chunkExtensions),
      "trailerBytes": size(limits.trailerBytes),
      "trailerCount": JSONValue(limits.trailerCount),
      "informational": JSONValue(limits.informational),
      "underscores": .string("\(limits.underscores)"),
      "unsafeTargetBytes": .bool(limits.allowsUnsafeTargetBytes),
      "bufferSize": size(settings.bufferSize),
      "replayBound": size(settings.replayBound),
      "bodyRate": size(settings.bodyRate),
      "loops": JSONValue(settings.loops),
      "handshakes": JSONValue(settings.handshakes),
    ]
  }

  static func dns(_ settings: DNSSettings) -> JSONValue {
    [
      "servers": JSONValue(settings.servers.map { .string($0.description) }),
      "minTTL": duration(settings.minTTL),
      "maxTTL": duration(settings.maxTTL),
      "timeout": duration(settings.timeout),
      "attempts": JSONValue(settings.attempts),
      "family": .string(settings.family.rawValue),
    ]
  }
}
