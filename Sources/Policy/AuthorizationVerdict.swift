/// What a policy has said about a request, and by which rule.
public struct AuthorizationVerdict: Sendable, Equatable {
  public enum Decision: UInt8, Sendable, CaseIterable {
    case allowed, denied
    /// A dry run's: it was let through.
    case wouldDeny

    /// For labels and log fields.
    public var name: StaticString {
      switch self {
      case .allowed: "allowed"
      case .denied: "denied"
      case .wouldDeny: "would_deny"
      }
    }
  }

  public var decision: Decision
  /// Of the rule, or of the policy's "no rule".
  public var slot: Int

  public init(_ decision: Decision, slot: Int) {
    self.decision = decision
    self.slot = slot
  }
}
