internal import Synchronization

/// The context that new connections use. It can be replaced while they come; those that are there keep theirs.
public final class TLSContextStore<Context: Sendable>: Sendable {
  private let context: Mutex<Context>

  public init(_ context: Context) { self.context = Mutex(context) }

  /// Once for each connection. Any thread.
  public var current: Context { context.withLock { $0 } }

  /// Control thread.
  public func replace(_ fresh: Context) { context.withLock { $0 = fresh } }
}
