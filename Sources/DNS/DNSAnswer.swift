public import Primitives

/// What became of a question.
public enum DNSAnswer<Value: Equatable & Sendable>: Equatable, Sendable {
  /// - Parameter lifetime: for how long it holds; nil: nobody says (the hosts file).
  case found(Value, lifetime: Interval?)
  /// There is no such name, or it has nothing of that type. Nil: a server that does not say for how long (RFC 2308).
  case nothing(lifetime: Interval?)
  /// Nobody knows. Why, for people.
  case failed(String)

  public var value: Value? {
    if case .found(let value, _) = self { value } else { nil }
  }
}
