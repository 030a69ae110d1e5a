/// Finds where gRPC's length-prefixed messages end in a stream of bytes that is cut anywhere: a flag byte, the length
/// in four bytes, the message (PROTOCOL-HTTP2.md). It holds no bytes.
struct GRPCFrameScanner: Sendable {
  enum Step { case messageEnd, needInput, malformed }

  /// Bytes of the prefix that were read, 0 … 4.
  private var prefix = 0
  /// Bytes of the message that are still to come.
  private var left: UInt32 = 0

  /// The stream may end here: it does not end within a message.
  var isAtBoundary: Bool { prefix == 0 && left == 0 }

  /// Goes on from `index` to the end of a message, or of the input. Flags other than "compressed" are malformed:
  /// among them the one that would make a message look like gRPC-Web's trailers.
  mutating func advance(_ input: Span<UInt8>, _ index: inout Int) -> Step {
    while index < input.count {
      if left > 0, prefix == 0 {
        let taken = min(Int(left), input.count &- index)
        index &+= taken
        left &-= UInt32(taken)
        if left == 0 { return .messageEnd }
        continue
      }
      let byte = input[index]
      index &+= 1
      if prefix == 0 {
        if byte > 1 { return .malformed }
        prefix = 1
        continue
      }
      left = left &<< 8 | UInt32(byte)
      prefix &+= 1
      if prefix == 5 {
        prefix = 0
        if left == 0 { return .messageEnd }
      }
    }
    return .needInput
  }
}
