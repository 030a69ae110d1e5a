internal import Primitives

/// The body of a gRPC response on its way to a gRPC-Web client: messages pass, the trailers become a last frame, and
/// in text all of it is base64 (PROTOCOL-WEB.md).
///
/// Base64 is padded at the end of each message, so that a client has every message of a stream as soon as it is
/// there; within a message up to two bytes wait for the next piece. Other than Envoy no message is held whole.
struct GRPCWebResponse: Sendable {
  let isText: Bool
  private var scanner = GRPCFrameScanner()
  private var encoder = Base64Encoder()

  init(isText: Bool) { self.isText = isText }

  /// False where the body is no gRPC: a flag that a service must not set.
  mutating func append(_ bytes: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
    var index = 0
    while index < bytes.count {
      let start = index
      let step = scanner.advance(bytes, &index)
      if step == .malformed { return false }
      if !isText { continue }
      encoder.encode(bytes.extracting(start..<index), to: &output)
      if step == .messageEnd { encoder.finish(to: &output) }
    }
    if !isText { output.append(bytes) }
    return true
  }

  /// Writes the trailers' frame: 0x80, the length in four bytes, and a line for each field, its name in lower case.
  /// - Parameter status: whether a `grpc-status` is missing and has to be made: what a gRPC client takes its absence
  ///   for.
  /// - Returns: false where the body ended within a message.
  mutating func finish(
    _ trailers: borrowing MessageHead, makingStatus: Bool, to output: inout ByteBuffer
  ) -> Bool {
    if !scanner.isAtBoundary { return false }
    var length = 0
    for i in trailers.fields.indices where !trailers.fields[i].isRemoved {
      length += Int(trailers.fields[i].name.count) + Int(trailers.fields[i].value.count) + 4
    }
    let unknown: StaticString = "grpc-status: 2\r\n"
    let separator: StaticString = ": "
    let lineEnd: StaticString = "\r\n"
    if makingStatus { length += unknown.bytes.count }
    var prefix: InlineArray<5, UInt8> = [0x80, 0, 0, 0, 0]
    for i in 1...4 { prefix[i] = UInt8(truncatingIfNeeded: length >> ((4 - i) * 8)) }
    write(prefix.span, &output)
    for i in trailers.fields.indices where !trailers.fields[i].isRemoved {
      let name = trailers.bytes(of: trailers.fields[i].name)
      for j in name.indices {
        let byte: InlineArray<1, UInt8> = [name[j].lowercased]
        write(byte.span, &output)
      }
      write(separator.bytes, &output)
      write(trailers.bytes(of: trailers.fields[i].value), &output)
      write(lineEnd.bytes, &output)
    }
    if makingStatus { write(unknown.bytes, &output) }
    encoder.finish(to: &output)
    return true
  }

  private mutating func write(_ bytes: Span<UInt8>, _ output: inout ByteBuffer) {
    if isText { encoder.encode(bytes, to: &output) } else { output.append(bytes) }
  }
}
