internal import Synchronization

/// The context that new connections use. It can be replaced while they come; those that are there keep theirs.
public final class TLSContextStore<Context: Sendable>: Sendable {
  private let state: Mutex<(context: Context, origin: (any Sendable)?)>

  /// - Parameter origin: what it was made of, for whoever makes it anew.
  public init(_ context: Context, origin: (any Sendable)? = nil) { state = Mutex((context, origin)) }

  /// Once for each connection. Any thread.
  public var current: Context { state.withLock { $0.context } }

  /// What the present context was made of.
  public var origin: (any Sendable)? { state.withLock { $0.origin } }

  /// Control thread.
  public func replace(_ fresh: Context, origin: (any Sendable)? = nil) {
    state.withLock { $0 = (fresh, origin) }
  }
}
