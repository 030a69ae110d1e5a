internal import Policy
internal import Primitives

/// `connection`, of a listener or a service: how long and for how many requests one is used.
enum ConnectionDecoder {
  static func decode(_ parent: Block) -> ConnectionLifetime {
    var lifetime = ConnectionLifetime()
    guard let block = parent.block("connection") else { return lifetime }
    if let value = block.duration("maxAge", in: .zero ... .seconds(604_800)) { lifetime.maxAge = value.value }
    if let value = block.integer("maxRequests", in: 0...1_000_000_000) { lifetime.maxRequests = value.value }
    block.finish()
    return lifetime
  }
}
