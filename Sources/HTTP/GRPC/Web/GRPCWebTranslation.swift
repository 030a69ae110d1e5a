public import Primitives

/// One exchange between a gRPC-Web client and a gRPC service: call it in the order of the messages' parts. Pure, and
/// it holds no more than three bytes in each direction.
///
/// Semantics are those of gRPC's PROTOCOL-WEB.md and, where that is silent, of Envoy's grpc_web filter.
public struct GRPCWebTranslation: Sendable {
  private var request: GRPCWebRequest
  private var response: GRPCWebResponse
  /// The response is gRPC, so its body is translated; another one passes as it is.
  public private(set) var isTranslatingResponse = false
  private var hasStatus = false
  private var change: GRPCWebRequestChange

  /// Makes a gRPC request of a gRPC-Web one. Nil, and the head unchanged, where it is none: a POST with such a
  /// content type, and no more fields about that than any client has.
  ///
  /// `Accept` says whether the client wants text back; where it names no gRPC-Web, the request's own type counts.
  public init?(request head: inout MessageHead) {
    guard head.method == .post, let value = head.value(of: .contentType) else { return nil }
    let (kind, format) = GRPCKind.split(head.bytes(of: value))
    guard kind.isWeb else { return nil }
    let text = (Self.accepted(head) ?? kind) == .webText
    let type = ByteRange(value.start + format.lowerBound, value.start + format.upperBound)
    guard let change = GRPCWebRequestChange(&head, isText: kind == .webText, format: type) else { return nil }
    self.change = change
    request = GRPCWebRequest(isText: kind == .webText)
    response = GRPCWebResponse(isText: text)
  }

  /// Makes the request's head again what the client has sent: for an endpoint that speaks gRPC-Web itself, and for
  /// whoever writes it down.
  public func undo(_ head: inout MessageHead) { change.undo(&head) }

  /// The first gRPC-Web type that `Accept` names.
  private static func accepted(_ head: borrowing MessageHead) -> GRPCKind? {
    var place = 0
    while let index = head.index(named: "accept", from: place) {
      let value = head.bytes(of: head.fields[index].value)
      var position = 0
      while let member = value.nextMember(&position) {
        let kind = GRPCKind(contentType: value.extracting(member.indices))
        if kind.isWeb { return kind }
      }
      place = index + 1
    }
    return nil
  }

  /// Whether bytes of the request's body go on as they are, so that the caller need not copy them.
  public var passesRequestBody: Bool { !request.isText }

  /// A piece of the request's body. False where it is no base64: 400.
  public mutating func requestBody(_ bytes: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
    request.append(bytes, to: &output)
  }

  /// The request's body has ended. False where it ended within a quad of base64: 400.
  public func requestEnded() -> Bool { request.isComplete }

  /// Makes a gRPC-Web response of a gRPC one; any other passes as it is, and clients go by its status.
  ///
  /// A trailers-only response keeps its status in the head, where clients of gRPC-Web look for it, too.
  public mutating func responseHead(_ head: inout MessageHead) {
    guard head.status == 200, let value = head.value(of: .contentType) else { return }
    let (kind, format) = GRPCKind.split(head.bytes(of: value))
    guard kind == .grpc else { return }
    let place = ByteRange(value.start + format.lowerBound, value.start + format.upperBound)
    GRPCWebHead.setType(response.isText ? .webText : .web, format: place, &head)
    head.remove(.trailer)
    isTranslatingResponse = true
    hasStatus = head.grpcCode != nil
    if hasStatus, head.framing == .none || head.framing == .length(0) {
      isTranslatingResponse = false
    } else {
      head.framing = .chunked
      head.declaredLength = nil
    }
  }

  /// A piece of the response's body. False where it is no gRPC: the response cannot be completed.
  public mutating func responseBody(_ bytes: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
    if isTranslatingResponse { return response.append(bytes, to: &output) }
    output.append(bytes)
    return true
  }

  /// The response has ended: writes its trailers as the body's last frame, and takes them out of `trailers`. False
  /// where it ended within a message: the response cannot be completed.
  public mutating func responseEnded(_ trailers: inout MessageHead, to output: inout ByteBuffer) -> Bool {
    if !isTranslatingResponse { return true }
    let makesStatus = !hasStatus && trailers.grpcCode == nil
    let result = response.finish(trailers, makingStatus: makesStatus, to: &output)
    trailers.clear()
    return result
  }
}
