internal import HTTP
internal import Primitives

/// Values of gRPC's fields as text.
enum GRPCText {
  static func timeout(_ length: Interval) -> String {
    var buffer = ByteBuffer()
    GRPCTimeout.append(length, to: &buffer)
    return text(buffer.bytes)
  }

  /// `grpc-message`; empty where there is none.
  static func message(_ head: borrowing MessageHead) -> String {
    guard let value = head.value(named: "grpc-message") else { return "" }
    var buffer = ByteBuffer()
    GRPCMessage.appendDecoded(head.bytes(of: value), to: &buffer)
    return text(buffer.bytes)
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
