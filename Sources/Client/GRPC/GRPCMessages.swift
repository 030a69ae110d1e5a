internal import Primitives

/// Puts length-prefixed messages together out of pieces that are cut anywhere, and takes them apart for sending
/// (PROTOCOL-HTTP2.md). Pure.
struct GRPCMessages: ~Copyable {
  enum Fault: Error { case compressed, badFlag, tooLong }

  private static let prefix = 5
  private let limit: Int
  private var input = ByteBuffer()

  init(limit: Int) { self.limit = limit }

  mutating func append(_ bytes: Span<UInt8>) { input.append(bytes) }

  /// A message has begun and is not whole.
  var isWithinMessage: Bool { !input.isEmpty }

  /// Takes the next message out, where it is whole.
  mutating func next() throws(Fault) -> [UInt8]? {
    guard input.count >= Self.prefix else { return nil }
    // Nobody was told that we could read one.
    if input[0] == 1 { throw .compressed }
    if input[0] != 0 { throw .badFlag }
    let length = (1...4).reduce(0) { $0 << 8 | Int(input[$1]) }
    if length > limit { throw .tooLong }
    guard input.count >= Self.prefix + length else { return nil }
    var message: [UInt8] = []
    message.reserveCapacity(length)
    for index in Self.prefix..<(Self.prefix + length) { message.append(input[index]) }
    input.consume(Self.prefix + length)
    if input.isEmpty { input.release() }
    return message
  }

  static func framed(_ message: [UInt8]) -> [UInt8] {
    let length = UInt32(message.count)
    return [0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + message
  }
}
