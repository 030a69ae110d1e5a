/// The order in which events of one stream may come.
struct HTTP2StreamOrder {
  enum Step { case informational, head, body, end, reset, malformed, closed }

  private var hasHead = false
  private var hasEnd = false
  private var isOver = false
  private var isClosed = false

  mutating func add(_ step: Step) {
    precondition(!isClosed, "\(step) after closed")
    switch step {
    case .informational, .head:
      precondition(!hasHead && !isOver, "\(step) in the wrong place")
      if step == .head { hasHead = true }
    case .body: precondition(hasHead && !hasEnd && !isOver, "body in the wrong place")
    case .end:
      precondition(hasHead && !hasEnd && !isOver, "end in the wrong place")
      hasEnd = true
    case .reset, .malformed:
      precondition(!isOver, "\(step) after the message was given up")
      isOver = true
    case .closed: isClosed = true
    }
  }
}
