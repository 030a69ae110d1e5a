internal import HTTP
internal import Primitives

/// What must hold for any bytes as the body of a gRPC-Web request, or as what a service answers to one.
public enum GRPCWebInvariants {
  public static func check(_ bytes: [UInt8]) {
    var seed: UInt64 = 0x9e37_79b9_7f4a_7c15
    for byte in bytes.prefix(16) { seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var random = Random(seed: seed)
    for isText in [false, true] {
      let request = Result.ofRequest(bytes, isText) { bytes.count }
      precondition(request == Result.ofRequest(bytes, isText) { 1 }, "a request cut otherwise")
      precondition(request == Result.ofRequest(bytes, isText) { 1 + Int(random.next() % 9) })
      precondition(request.bytes.count <= bytes.count)
      let response = Result.ofResponse(bytes, isText) { bytes.count }
      precondition(response == Result.ofResponse(bytes, isText) { 1 }, "a response cut otherwise")
      precondition(response == Result.ofResponse(bytes, isText) { 1 + Int(random.next() % 9) })
    }
    // Text is nothing but binary in base64.
    let text = Result.ofResponse(bytes, true) { bytes.count }
    let binary = Result.ofResponse(bytes, false) { bytes.count }
    precondition(text.isValid == binary.isValid)
    if !text.isValid { return }
    let read = Result.ofRequest(text.bytes, true) { 7 }
    precondition(read.isValid && read.bytes == binary.bytes, "text that says something else")
    precondition(binary.bytes.starts(with: bytes), "a body that was changed")
  }

  private struct Result: Equatable {
    var isValid = true
    var bytes: [UInt8] = []

    static func ofRequest(_ bytes: [UInt8], _ isText: Bool, nextSize: () -> Int) -> Result {
      run(bytes, isText, nextSize) { translation, piece, output in
        translation.requestBody(piece, to: &output)
      } end: { translation, _ in
        translation.requestEnded()
      }
    }

    static func ofResponse(_ bytes: [UInt8], _ isText: Bool, nextSize: () -> Int) -> Result {
      run(bytes, isText, nextSize) { translation, piece, output in
        translation.responseBody(piece, to: &output)
      } end: { translation, output in
        var trailers = MessageHead()
        trailers.append(name: "Grpc-Status", value: "0")
        return translation.responseEnded(&trailers, to: &output)
      }
    }

    private static func run(
      _ bytes: [UInt8], _ isText: Bool, _ nextSize: () -> Int,
      _ piece: (inout GRPCWebTranslation, Span<UInt8>, inout ByteBuffer) -> Bool,
      end: (inout GRPCWebTranslation, inout ByteBuffer) -> Bool
    ) -> Result {
      var request = MessageHead()
      request.method = .post
      request.append(
        name: "content-type",
        value: isText ? "application/grpc-web-text+proto" : "application/grpc-web+proto")
      guard var translation = GRPCWebTranslation(request: &request) else {
        preconditionFailure("no gRPC-Web")
      }
      var response = MessageHead()
      response.reset(status: 200)
      response.framing = .chunked
      response.append(name: "content-type", value: "application/grpc+proto")
      translation.responseHead(&response)
      precondition(translation.isTranslatingResponse)
      var output = ByteBuffer()
      var result = Result()
      var position = 0
      while position < bytes.count, result.isValid {
        let size = max(1, min(nextSize(), bytes.count - position))
        result.isValid = piece(&translation, bytes.span.extracting(position..<(position + size)), &output)
        position += size
      }
      if result.isValid { result.isValid = end(&translation, &output) }
      // What was written before a body turned out to be broken depends on where it was cut.
      if result.isValid { result.bytes = output.bytes.copied }
      return result
    }
  }
}
