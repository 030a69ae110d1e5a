internal import Primitives
internal import Reactor

/// Carries a listener to the worker that is to have it.
///
/// SAFETY: the maker lets go of it, and only that worker takes it.
final class ListenerParcel: @unchecked Sendable {
  private var listener: Listener?
  let descriptor: Int32
  let address: SocketAddress
  let isShared: Bool

  init(_ listener: consuming Listener) {
    descriptor = listener.descriptor
    address = listener.address
    isShared = listener.isShared
    self.listener = consume listener
  }

  func take() -> Listener? { listener.take() }

  /// The same socket once more. Nil for one of which every worker has its own.
  func duplicate() throws(SystemError) -> Listener? {
    isShared ? try listener?.duplicate() : nil
  }
}
