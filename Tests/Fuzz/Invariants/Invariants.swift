public import HTTP
internal import Primitives

/// What must hold for any bytes whatever. Each traps where it does not.
public enum Invariants {
  /// The same events, however the bytes are cut; and what is forwarded is read by the next hop as it was read here.
  public static func check(_ bytes: [UInt8], role: HTTP1Decoder.Role) {
    var seed: UInt64 = 0x9e37_79b9_7f4a_7c15
    for byte in bytes.prefix(16) { seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var random = Random(seed: seed)
    var limits = HTTPLimits()
    // Small ones, so that inputs of a few hundred bytes reach them.
    limits.startLine = 96
    limits.headerBytes = 256
    limits.headerCount = 12
    limits.chunkLine = 24
    limits.chunkExtensions = 40
    limits.trailerBytes = 96
    limits.trailerCount = 3
    limits.informational = 2
    for limits in [HTTPLimits(), limits] {
      for (method, upgrade) in [(Method.get, true), (.head, false), (.connect, false)] {
        let whole = Transcript.of(
          bytes, role: role, limits: limits, method: method, upgrade: upgrade, nextSize: { bytes.count })
        let single = Transcript.of(
          bytes, role: role, limits: limits, method: method, upgrade: upgrade, nextSize: { 1 })
        precondition(whole == single, "whole: \(whole)\nbyte by byte: \(single)")
        let split = Transcript.of(
          bytes, role: role, limits: limits, method: method, upgrade: upgrade,
          nextSize: { 1 + Int(random.next() % 40) })
        precondition(whole == split, "whole: \(whole)\nsplit: \(split)")
        if role == .server { break }
      }
    }
    role == .server ? checkForwardedRequest(bytes) : checkForwardedResponse(bytes)
  }

  private static func checkForwardedRequest(_ bytes: [UInt8]) {
    var head = MessageHead()
    var trailers = MessageHead()
    var decoder = HTTP1Decoder(role: .server)
    guard decodeHead(bytes, &decoder, &head, &trailers) else { return }
    guard (try? PathNormalizer.normalize(&head)) != nil else { return }
    let path = head.text(of: head.path)
    guard (try? PathNormalizer.normalize(&head)) != nil, head.text(of: head.path) == path else {
      preconditionFailure("not normal after one normalization: \(path)")
    }
    ForwardingRules.removeHopByHop(&head)
    // Without a Host the proxy must name one, which these bytes do not.
    if head.authority.isEmpty { return }
    var output = ByteBuffer()
    HTTP1Encoder.appendRequest(head, to: &output)

    var second = MessageHead()
    var next = HTTP1Decoder(role: .server, limits: wide())
    precondition(
      decodeHead(output.bytes.copied, &next, &second, &trailers), "refused: \(output.bytes.copied)")
    precondition(second.method == head.method && second.framing == head.framing, "read differently")
    precondition(second.text(of: second.path) == path, "another path")
    precondition(second.text(of: second.query) == head.text(of: head.query), "another query")
    precondition(second.hasQuery == head.hasQuery && second.upgrade == head.upgrade)
    precondition(second.text(of: second.authority) == head.text(of: head.authority), "another authority")
    checkHops(second)
  }

  private static func checkForwardedResponse(_ bytes: [UInt8]) {
    var head = MessageHead()
    var trailers = MessageHead()
    var decoder = HTTP1Decoder(role: .client)
    decoder.expect(responseTo: .get, upgrade: true)
    guard decodeHead(bytes, &decoder, &head, &trailers) else { return }
    ForwardingRules.removeHopByHop(&head)
    head.framing = head.framing.forwarded(to: .http11)
    var output = ByteBuffer()
    HTTP1Encoder.appendResponse(head, to: &output, version: .http11, persistent: true)

    var second = MessageHead()
    var next = HTTP1Decoder(role: .client, limits: wide())
    next.expect(responseTo: .get, upgrade: true)
    precondition(
      decodeHead(output.bytes.copied, &next, &second, &trailers), "refused: \(output.bytes.copied)")
    precondition(second.status == head.status && second.framing == head.framing, "read differently")
    precondition(second.upgrade == head.upgrade)
    checkHops(second)
  }

  /// Nothing that is for one hop may have been forwarded, but for what the encoder writes itself.
  private static func checkHops(_ head: borrowing MessageHead) {
    for id in [FieldID.keepAlive, .proxyConnection, .http2Settings, .proxyAuthorization, .proxyAuthenticate] {
      precondition(head.index(of: id) == nil, "\(id) was forwarded")
    }
    precondition(head.upgrade || head.index(of: .upgrade) == nil, "Upgrade was forwarded")
  }

  /// Limits that leave room for what a proxy adds.
  private static func wide() -> HTTPLimits {
    var limits = HTTPLimits()
    limits.startLine *= 4
    limits.headerBytes *= 2
    limits.headerCount *= 2
    limits.underscores = .allow
    return limits
  }

  private static func decodeHead(
    _ bytes: [UInt8], _ decoder: inout HTTP1Decoder, _ head: inout MessageHead, _ trailers: inout MessageHead
  ) -> Bool {
    var offset = 0
    return (try? decoder.next(bytes.span, &offset, head: &head, trailers: &trailers)) == .head
  }
}

extension Span<UInt8> {
  /// The bytes as an array.
  var copied: [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(count)
    for i in indices { array.append(self[i]) }
    return array
  }
}
