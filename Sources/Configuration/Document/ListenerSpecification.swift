internal import Mesh
internal import Policy
internal import Primitives

/// An element of `listeners`.
struct ListenerSpecification {
  var name: Located<String>
  var address: Located<SocketAddress>
  var `protocol`: ListenerProtocol
  var direction = ListenerDirection.inbound
  /// Names of routes; nil: every one.
  var routes: [Located<String>]?
  var trustedHops: Int
  var lifetime = ConnectionLifetime()
  var http2 = HTTP2Options()
  var authorization: AuthorizationSpecification?
  var tokens: TokenSpecification?
  /// Nil: as `trustedHops` suggests.
  var clientCertificate: ClientCertificateForwarding?
  var tls: ListenerTLS?
}

extension ListenerSpecification {
  init(_ block: Block) {
    let address = block.requiredString("address").flatMap { block.context.listenAddress($0) }
    let place = Located(
      value: SocketAddress.v4(address: 0x7F00_0001, port: 0), mark: block.mark, path: block.path)
    self.address = address ?? place
    // A listener needs no name of its own: its address tells it from the others.
    name =
      block.string("name")
      ?? Located(
        value: address.map { $0.value.description } ?? block.path, mark: block.mark, path: block.path)
    let protocols: KeyValuePairs<String, ListenerProtocol> = ["auto": .auto, "http": .http]
    self.protocol = block.choice("protocol", protocols, later: ["tcp"])?.value ?? .auto
    let directions: KeyValuePairs<String, ListenerDirection> = ["inbound": .inbound, "outbound": .outbound]
    direction = block.choice("direction", directions)?.value ?? .inbound
    routes = block.node("routes") == nil ? nil : block.strings("routes")
    trustedHops = block.integer("trustedHops", in: 0...16)?.value ?? 0
    lifetime = ConnectionDecoder.decode(block)
    http2 = HTTP2Decoder.decode(block, ofListener: true)
    authorization = block.block("authorization").map(AuthorizationSpecification.init)
    let forwardings: KeyValuePairs<String, ClientCertificateForwarding> = [
      "sanitize": .sanitize, "sanitize-set": .sanitizeSet, "append-forward": .appendForward,
      "forward-only": .forwardOnly,
    ]
    clientCertificate = block.choice("forwardClientCert", forwardings)?.value
    tokens = block.block("jwt").map(TokenSpecification.init)
    tls = TLSDecoder.listener(block)
    block.refuse(["capture"])
    block.finish()
  }

  /// Where nothing is said: every address, port 8080.
  static func standard(_ address: SocketAddress = .v4(address: 0, port: 8080)) -> ListenerSpecification {
    ListenerSpecification(
      name: Located(value: "default", mark: .start, path: "listeners"),
      address: Located(value: address, mark: .start, path: "listeners"), protocol: .auto, routes: nil,
      trustedHops: 0)
  }
}
