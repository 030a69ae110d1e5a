public import Primitives

/// What became of a key set that is fetched.
public struct KeySetState: Sendable {
  public let provider: String
  public var successes: UInt64 = 0
  public var failures: UInt64 = 0
  /// Why the last attempt has failed; nil where it has not.
  public var fault: String?
  /// When the keys in use came, or were found to be the same; nil: never.
  public var fetchedAt: MonotonicTime?

  public init(provider: String) { self.provider = provider }
}
