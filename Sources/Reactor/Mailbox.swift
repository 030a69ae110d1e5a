internal import Synchronization

/// Messages from any thread to one event loop, in order. The loop takes them in `woken`.
public final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let waker: Waker

  public init(for loop: EventLoop) { waker = loop.remote }

  /// Any thread.
  public func send(_ message: Message) {
    messages.withLock { $0.append(message) }
    waker.wake()
  }

  /// What has come since the last call. The loop's thread.
  public func take() -> [Message] {
    messages.withLock { waiting in
      let taken = waiting
      waiting = []
      return taken
    }
  }
}
