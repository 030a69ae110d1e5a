internal import Primitives

/// What is different in the head of a gRPC-Web request that was made one of gRPC, so that it can be undone. It notes
/// places of fields, so none may be forgotten meanwhile.
struct GRPCWebRequestChange: Sendable {
  private static let mostRemoved = 8
  private var removed = InlineArray<8, Int>(repeating: 0)
  private var removedCount = 0
  private var added = 0..<0
  private let framing: Framing

  /// Changes the head; nil, and the head unchanged, where more fields would have to go than can be noted.
  /// - Parameter format: what follows the content type's name, with its `+`.
  init?(_ head: inout MessageHead, isText: Bool, format: ByteRange) {
    framing = head.framing
    for name: StaticString in ["content-type", "accept", "x-grpc-web", "te"] {
      guard remove(name, &head) else {
        undo(&head)
        return nil
      }
    }
    let first = head.fields.count
    GRPCWebHead.setType(.grpc, format: format, &head)
    // gRPC asks for it, so that proxies which lose trailers are found out.
    head.append(.te, "trailers")
    if head.index(named: "grpc-accept-encoding") == nil {
      head.append(name: "grpc-accept-encoding", value: "identity")
    }
    added = first..<head.fields.count
    // The decoded length is not known before the end.
    if isText, case .length(let length) = head.framing, length > 0 { head.framing = .chunked }
  }

  /// False where there are too many.
  private mutating func remove(_ name: StaticString, _ head: inout MessageHead) -> Bool {
    while let place = head.index(named: name) {
      if removedCount == Self.mostRemoved { return false }
      head.remove(at: place)
      removed[removedCount] = place
      removedCount += 1
    }
    return true
  }

  func undo(_ head: inout MessageHead) {
    for place in added { head.remove(at: place) }
    for index in 0..<removedCount { head.fields[removed[index]].isRemoved = false }
    head.framing = framing
  }
}
