public import Identity
public import Primitives

/// One rule of an `AuthorizationPolicy`, as the configuration has it.
public struct AuthorizationRule: Sendable {
  public enum Action: String, Sendable, CaseIterable {
    case allow, deny
  }

  /// What a request must be like for the rule to hold: each that is not empty must hold; all empty, every request.
  public struct Conditions: Sendable {
    /// Any of these.
    public var identities: [IdentityPattern] = []
    public var methods: [String] = []
    /// On the normalized path, which is the one that is forwarded.
    public var paths: [PathMatch] = []
    /// Where the connection comes from; `X-Forwarded-For` does not count, since anybody can write it.
    public var sourceNetworks: [NetworkPrefix] = []
    /// All of these.
    public var headers: [ValueMatch] = []
    /// Of a bearer token that was verified, by `ClaimPath`. Without one they do not hold.
    public var claims: [ValueMatch] = []

    public init() {}
  }

  /// What `Proxy-Status`, metrics and logs call it.
  public var name: String
  public var action: Action
  public var conditions: Conditions

  public init(name: String, action: Action, conditions: Conditions = Conditions()) {
    self.name = name
    self.action = action
    self.conditions = conditions
  }
}
