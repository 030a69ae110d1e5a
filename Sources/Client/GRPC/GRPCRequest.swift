internal import HTTP
public import Primitives

/// What a call of gRPC asks, beside its messages.
public struct GRPCRequest: Sendable {
  /// `/package.Service/Method`.
  public var method: String
  /// Names in lower case. Values of binary ones (`…-bin`) are the caller's to encode.
  public var metadata: [ClientRequest.Field] = []
  /// For all of it; the server is told (`grpc-timeout`). Zero: any time.
  public var deadline = Interval.seconds(10)
  /// Between two pieces of the response, while the call is not paused; zero: any time, as a watch needs.
  public var idleTimeout = Interval.zero
  /// Bytes of one message.
  public var messageLimit = 4 << 20

  public init(_ method: String) { self.method = method }

  func head(_ body: ClientRequest.Body) -> ClientRequest {
    var request = ClientRequest(.post, method)
    request.fields = [.init("te", "trailers"), .init("content-type", "application/grpc")]
    if deadline > .zero { request.fields.append(.init("grpc-timeout", GRPCText.timeout(deadline))) }
    request.fields += metadata
    request.body = body
    // A server may keep even the head until it has something to say.
    request.headTimeout = .zero
    request.bodyTimeout = idleTimeout
    request.wholeTimeout = deadline
    request.bodyLimit = .max
    return request
  }
}
