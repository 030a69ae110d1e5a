public import HTTP
public import Policy
public import Primitives

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
  /// Where decisions are counted: of "no rule", then of each rule. The same for the same name, whatever else changes.
  public let slots: [Int]

  private let numbers: [StableNumber]
  private let criteria: [AuthorizationCriteria]
  private let denying: [Int]
  private let allowing: [Int]

  /// - Parameter slots: one more than there are rules; empty: from 0 on.
  public init(
    _ scope: Scope, _ name: String, mode: Mode = .enforce, rules: [AuthorizationRule],
    slots: [StableNumber] = []
  ) {
    precondition(slots.isEmpty || slots.count == rules.count + 1)
    self.scope = scope
    self.name = name
    self.mode = mode
    self.rules = rules
    numbers = slots.isEmpty ? (0...rules.count).map { StableNumber($0) } : slots
    self.slots = numbers.map(\.value)
    criteria = rules.map { AuthorizationCriteria($0.conditions, countsDoubt: $0.action == .deny) }
    denying = rules.indices.filter { rules[$0].action == .deny }
    allowing = rules.indices.filter { rules[$0].action == .allow }
  }

  /// The rule that a verdict of this policy names; nil for "no rule".
  public func rule(of verdict: AuthorizationVerdict) -> AuthorizationRule? {
    guard let place = slots.firstIndex(of: verdict.slot), place > 0 else { return nil }
    return rules[place - 1]
  }

  /// - Parameter head: after its path was normalized.
  public func judge(
    _ head: borrowing MessageHead, from caller: borrowing AuthorizationCaller, scratch: inout MatchScratch
  ) -> AuthorizationVerdict {
    for rule in denying where criteria[rule].hold(head, caller, &scratch) { return refusal(at: rule + 1) }
    if allowing.isEmpty { return AuthorizationVerdict(.allowed, slot: slots[0]) }
    for rule in allowing where criteria[rule].hold(head, caller, &scratch) {
      return AuthorizationVerdict(.allowed, slot: slots[rule + 1])
    }
    return refusal(at: 0)
  }

  private func refusal(at place: Int) -> AuthorizationVerdict {
    AuthorizationVerdict(mode == .enforce ? .denied : .wouldDeny, slot: slots[place])
  }
}
