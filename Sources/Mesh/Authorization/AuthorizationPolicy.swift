public import HTTP
public import Policy

/// Who may do what on a listener or a route: rules compiled once, asked for each request without allocating.
///
/// A `deny` rule that holds wins over everything. Where there is an `allow` rule, one of them must hold; where there is
/// none, what nobody denies is allowed (Istio's AuthorizationPolicy says it the same way). Where it cannot be told
/// whether a rule holds, as with an expression that needs too many steps, a `deny` rule does and an `allow` rule does
/// not. Immutable, shared by all workers.
public final class AuthorizationPolicy: Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    case enforce
    /// Nothing is refused; what would be is counted and logged.
    case dryRun = "dry-run"
  }

  public enum Scope: String, Sendable {
    case listener, route
  }

  public let scope: Scope
  /// The listener's or the route's.
  public let name: String
  public let mode: Mode
  public let rules: [AuthorizationRule]
  /// The slot of "no rule"; those of the rules follow. Dense over the snapshot.
  public let firstSlot: Int

  private let criteria: [AuthorizationCriteria]
  private let denying: [Int]
  private let allowing: [Int]

  public init(
    _ scope: Scope, _ name: String, mode: Mode = .enforce, rules: [AuthorizationRule], firstSlot: Int = 0
  ) {
    self.scope = scope
    self.name = name
    self.mode = mode
    self.rules = rules
    self.firstSlot = firstSlot
    criteria = rules.map { AuthorizationCriteria($0.conditions, countsDoubt: $0.action == .deny) }
    denying = rules.indices.filter { rules[$0].action == .deny }
    allowing = rules.indices.filter { rules[$0].action == .allow }
  }

  /// One for each rule, and one for "no rule".
  public var slotCount: Int { rules.count + 1 }

  /// - Parameter head: after its path was normalized.
  public func judge(
    _ head: borrowing MessageHead, from caller: borrowing AuthorizationCaller, scratch: inout MatchScratch
  ) -> AuthorizationVerdict {
    for rule in denying where criteria[rule].hold(head, caller, &scratch) { return refusal(slot: rule + 1) }
    if allowing.isEmpty { return AuthorizationVerdict(.allowed, slot: firstSlot) }
    for rule in allowing where criteria[rule].hold(head, caller, &scratch) {
      return AuthorizationVerdict(.allowed, slot: firstSlot + rule + 1)
    }
    return refusal(slot: 0)
  }

  private func refusal(slot: Int) -> AuthorizationVerdict {
    AuthorizationVerdict(mode == .enforce ? .denied : .wouldDeny, slot: firstSlot + slot)
  }
}
