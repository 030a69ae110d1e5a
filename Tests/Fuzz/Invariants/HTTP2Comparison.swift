internal import HTTP

extension HTTP2Invariants {
  /// However the same bytes were cut, the same has come of them.
  static func expectSame(_ a: HTTP2Driver, _ b: HTTP2Driver) {
    // A connection on which all was said reads nothing more, and when that is depends on when it writes.
    if a.wasDone || b.wasDone { return }
    if a.error == nil, b.error == nil {
      return precondition(a.settled == b.settled, "\(a.settled)\n\(b.settled)")
    }
    // On a stream that we have reset nothing is an error that can be forgiven, since the peer may not have known; and a window
    // that was exceeded ends the connection with the reset. Both depend on when a reset is written.
    if a.hasReset || b.hasReset { return }
    precondition(a.error == b.error, "\(String(describing: a.error)) \(String(describing: b.error))")
    // Where bodies are cut by an error of the connection is nobody's business.
    precondition(a.heads == b.heads, "\(a.heads)\n\(b.heads)")
  }
}

extension HTTP2Driver {
  /// `told`, but for why a message was given up: both sides may do it at the same time.
  fileprivate var settled: [Int32: [String]] {
    told.mapValues { lines in
      lines.map { $0.hasPrefix("reset") || $0.hasPrefix("malformed") ? "over" : $0 }
    }
  }

  fileprivate var hasReset: Bool { HTTP2Frames.describe(output).contains { $0.hasPrefix("RST_STREAM") } }

  /// What came of heads.
  fileprivate var heads: [Int32: [String]] {
    told.mapValues { lines in lines.filter { $0.hasPrefix("head") || $0.hasPrefix("informational") } }
  }
}
