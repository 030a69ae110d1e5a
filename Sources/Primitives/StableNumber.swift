/// A number that belongs to a name as long as anybody holds it: `NumberTable` gives it out, and takes it back when the
/// last reference has gone. Any thread.
public final class StableNumber: Sendable, ExpressibleByIntegerLiteral {
  public let value: Int
  private let giveBack: (@Sendable () -> Void)?

  /// A number that no table knows.
  public convenience init(_ value: Int) { self.init(value, giveBack: nil) }
  public convenience init(integerLiteral value: Int) { self.init(value) }

  internal init(_ value: Int, giveBack: (@Sendable () -> Void)?) {
    self.value = value
    self.giveBack = giveBack
  }

  deinit { giveBack?() }
}
