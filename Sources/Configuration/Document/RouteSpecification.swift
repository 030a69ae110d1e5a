internal import Mesh

/// An element of `routes`.
struct RouteSpecification {
  var name: Located<String>
  var hostnames: [String]
  var rules: [RuleSpecification]
  var authorization: AuthorizationSpecification?
  var tokens: TokenSpecification?
}

extension RouteSpecification {
  init(_ block: Block) {
    name = block.requiredString("name") ?? Located(value: "", mark: block.mark, path: block.path)
    hostnames = []
    var given: Set<String> = []
    for hostname in block.strings("hostnames") {
      let lower = hostname.value.lowercased()
      if let problem = Self.problem(withHostname: lower) {
        block.context.error(hostname, problem)
      } else if !given.insert(lower).inserted {
        block.context.error(hostname, "`\(lower)` is given twice")
      } else {
        hostnames.append(lower)
      }
    }
    let blocks = block.blocks("rules")
    rules = blocks.enumerated().map { RuleSpecification($1, index: $0) }
    if rules.isEmpty,
      block.node("rules").map({ node in
        if case .sequence(let items) = node.content { items.isEmpty } else { false }
      }) ?? true
    {
      block.error("rules", "a route needs at least one rule: `rules: [{backendRefs: [{name: …}]}]`")
    }
    var names: [String: SourceMark] = [:]
    for rule in rules {
      guard let name = rule.givenName else { continue }
      if let first = names[name.value] {
        block.context.error(name, "the rule `\(name.value)` is there already, on line \(first.line)")
      } else {
        names[name.value] = name.mark
      }
    }
    authorization = block.block("authorization").map(AuthorizationSpecification.init)
    tokens = block.block("jwt").map(TokenSpecification.init)
    block.finish()
  }

  /// Names of RFC 1123 with an optional `*.` in front, IPv4 addresses, and IPv6 in brackets.
  static func problem(withHostname name: String) -> String? {
    if name == "*" { return "`*` is no hostname: leave `hostnames` out for every host" }
    if name.hasPrefix("["), name.hasSuffix("]") { return nil }
    if name.contains(":") { return "`\(name.shortened)` has a port: ports of a request are ignored" }
    var rest = name[...]
    if rest.hasPrefix("*.") { rest = rest.dropFirst(2) }
    if rest.contains("*") {
      return "`\(name.shortened)`: only the first label may be a wildcard, as in `*.example.com`"
    }
    let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
    let isValid =
      !rest.isEmpty && rest.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy {
            ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95
          }
      }
    return isValid ? nil : "`\(name.shortened)` is no hostname (valid: shop.example, *.shop.example)"
  }
}
