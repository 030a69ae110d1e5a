internal import HTTP
internal import Primitives
internal import Telemetry

/// `X-Forwarded-For`, `-Proto`, `-Host` and `X-Request-Id`: what upstreams learn of the client.
///
/// Where no trusted hop stands in front, what the client sent of them is replaced: it could say anything. Where
/// some do, their words are kept and ours is added behind them (as Envoy does with `xff_num_trusted_hops`).
enum ForwardedHeaders {
  static func write(
    to head: inout MessageHead, peer: SocketAddress, isSecure: Bool, trustedHops: Int, random: inout Random
  ) {
    if trustedHops == 0, head.mayHave(anyOf: .forwarding) {
      head.remove(.xForwardedFor)
      head.remove(.xForwardedProto)
      head.remove(.xForwardedHost)
      head.remove(.xForwardedPort)
      head.remove(.xRealIP)
      head.remove(.forwarded)
      head.remove(.xForwardedPrefix)
    }
    // One line, whatever came in: many programs read the first alone.
    head.appendElement(.xForwardedFor) { line in
      // Of a unix socket's client nothing is known (RFC 7239, section 6.2, has the word for it).
      if case .unix = peer { line.append("unknown") } else { line.append(host: peer) }
    }
    if head.index(of: .xForwardedProto) == nil { head.append(.xForwardedProto, isSecure ? "https" : "http") }
    if head.index(of: .xForwardedHost) == nil, !head.authority.isEmpty {
      head.append(.xForwardedHost, copying: head.authority)
    }
    RequestID.assign(to: &head, trusted: trustedHops > 0, random: &random)
  }
}
