public import Primitives

/// What an event loop calls, on its own thread, in the order of the phases of a turn.
public protocol EventHandler: AnyObject {
  /// Another thread called `wake`.
  func woken()
  /// A registered descriptor changed. The token may be stale: look it up.
  func ready(_ token: Token, _ readiness: Readiness)
  /// A deadline passed.
  func timerFired(_ payload: UInt64)
  /// Everything of this turn was handled: flush what was collected, free what was closed.
  func turnEnded()
}
