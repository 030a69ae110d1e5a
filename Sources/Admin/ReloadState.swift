/// How loading the configuration anew has gone so far.
public struct ReloadState: Sendable {
  /// Times that it was taken, and that it was refused.
  public var adopted: UInt64 = 0
  public var refused: UInt64 = 0
  /// Why the former configuration goes on; empty: what the file says is in effect.
  public var faults: [String] = []
  /// Services for whose endpoints a valid one waits; the former configuration goes on until they are known.
  public var awaited: [String] = []
  /// What of it takes effect only when the process is started again.
  public var postponed: [String] = []

  public init() {}
}
