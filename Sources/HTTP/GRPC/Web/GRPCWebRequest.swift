internal import Primitives

/// The body of a gRPC-Web request on its way to a gRPC service: binary passes as it is, text is base64 to be read.
struct GRPCWebRequest: Sendable {
  let isText: Bool
  private var decoder = Base64Decoder()

  init(isText: Bool) { self.isText = isText }

  /// False where the body is no base64.
  mutating func append(_ bytes: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
    if isText { return decoder.decode(bytes, to: &output) }
    output.append(bytes)
    return true
  }

  /// Whether the body may end here.
  var isComplete: Bool { decoder.isComplete }
}
