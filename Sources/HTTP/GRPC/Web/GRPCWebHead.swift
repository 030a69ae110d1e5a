internal import Primitives

enum GRPCWebHead {
  /// Writes `Content-Type` anew, with the format that the old one had (`+proto`). Parameters go.
  static func setType(_ kind: GRPCKind, format: ByteRange, _ head: inout MessageHead) {
    head.set(.contentType) { arena in
      arena.append(kind.contentType)
      arena.append(own: format.indices)
    }
  }
}
