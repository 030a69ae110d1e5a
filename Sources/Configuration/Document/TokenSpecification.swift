internal import Identity

/// `jwt` of a listener or a route.
struct TokenSpecification {
  var mode: TokenPolicy.Mode
  var place: Located<String>
  /// Names of providers; nil: every one.
  var providers: [Located<String>]?
}

extension TokenSpecification {
  init(_ block: Block) {
    mode = block.choice("mode", ["required": .required, "optional": .optional])?.value ?? .required
    place = Located(value: "", mark: block.mark, path: block.path)
    providers = block.node("providers") == nil ? nil : block.strings("providers")
    if let providers, providers.isEmpty { block.error("providers", "is empty: whose tokens are taken?") }
    block.finish()
  }
}
