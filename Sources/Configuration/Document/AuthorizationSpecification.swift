internal import Identity
internal import Mesh
internal import Primitives

/// `authorization` of a listener or a route.
struct AuthorizationSpecification {
  var mode: AuthorizationPolicy.Mode
  var rules: [AuthorizationRule] = []
  /// The first rule that asks who the client is, and the first that asks what its token claims.
  var identities: Located<String>?
  var claims: Located<String>?
}

extension AuthorizationSpecification {
  init(_ block: Block) {
    mode = block.choice("mode", ["enforce": .enforce, "dry-run": .dryRun])?.value ?? .enforce
    let blocks = block.blocks("rules")
    if !block.has("rules") {
      block.missing("rules", "is missing: who may do what? `rules: [{name: …, action: allow, when: {…}}]`")
    }
    var names: [String: SourceMark] = [:]
    for rule in blocks {
      guard let name = Self.name(of: rule, &names) else {
        _ = Self.rule(rule, named: "")
        continue
      }
      let made = Self.rule(rule, named: name)
      let place = Located(value: name, mark: rule.mark, path: rule.path)
      if !made.conditions.identities.isEmpty { identities = identities ?? place }
      if !made.conditions.claims.isEmpty { claims = claims ?? place }
      rules.append(made)
    }
    block.finish()
  }

  /// It goes into `Proxy-Status` as it stands, and into labels: no quotes, nothing outside ASCII.
  private static func name(of block: Block, _ names: inout [String: SourceMark]) -> String? {
    guard let name = block.requiredString("name") else { return nil }
    let isPlain = name.value.utf8.allSatisfy { byte in
      switch byte {
      case 97...122, 65...90, 48...57, 45, 46, 95: true
      default: false
      }
    }
    guard isPlain, name.value.utf8.count <= 64 else {
      block.context.error(
        name, "`\(name.value.shortened)` is no name of a rule: 1 to 64 letters, digits, `-`, `_` and `.`")
      return nil
    }
    if let first = names[name.value] {
      block.context.error(name, "the rule `\(name.value)` is there already, on line \(first.line)")
      return nil
    }
    names[name.value] = name.mark
    return name.value
  }

  private static func rule(_ block: Block, named name: String) -> AuthorizationRule {
    // Whoever forgets the word must not have allowed what was to be denied, nor the other way round.
    if !block.has("action") { block.missing("action", "is missing (valid: allow, deny)") }
    let actions: KeyValuePairs<String, AuthorizationRule.Action> = ["allow": .allow, "deny": .deny]
    let action = block.choice("action", actions)?.value ?? .deny
    let conditions = block.block("when").map(Self.conditions) ?? AuthorizationRule.Conditions()
    block.finish()
    return AuthorizationRule(name: name, action: action, conditions: conditions)
  }

  private static func conditions(_ block: Block) -> AuthorizationRule.Conditions {
    var conditions = AuthorizationRule.Conditions()
    let keys = ["identities", "methods", "paths", "sourceNetworks", "headers", "claims"]
    for key in keys where block.has(key) {
      if case .sequence(let items)? = block.node(key)?.content, items.isEmpty {
        block.error(key, "is empty, which nobody could meet: leave it out where it does not matter")
      }
    }
    conditions.identities = block.strings("identities").compactMap { identity($0, block.context) }
    conditions.methods = block.strings("methods").compactMap { MatchDecoder.method($0, block.context) }
    conditions.paths = block.blocks("paths", bare: "value").compactMap(MatchDecoder.path)
    conditions.sourceNetworks = block.strings("sourceNetworks").compactMap { network($0, block.context) }
    conditions.headers = MatchDecoder.values(block, "headers", isHeader: true)
    conditions.claims = MatchDecoder.values(block, "claims", isHeader: false)
    block.finish()
    return conditions
  }

  private static func identity(_ text: Located<String>, _ context: DecodingContext) -> IdentityPattern? {
    do throws(IdentityPatternError) {
      return try IdentityPattern(text.value)
    } catch {
      context.error(text, "`\(text.value.shortened)` \(error.reason)")
      return nil
    }
  }

  private static func network(_ text: Located<String>, _ context: DecodingContext) -> NetworkPrefix? {
    do throws(NetworkPrefixError) {
      return try NetworkPrefix(text.value)
    } catch {
      let shown = "`\(text.value.shortened)`"
      switch error {
      case .noAddress:
        context.error(text, "\(shown) is no network (valid: 10.0.0.0/8, 2001:db8::/32, 127.0.0.1)")
      case .length(let most):
        context.error(text, "\(shown): behind the slash stands a number of bits, at most \(most)")
      case .hostBits(let meant):
        context.error(text, "\(shown) is an address within a network (did you mean `\(meant)`?)")
      }
      return nil
    }
  }
}
