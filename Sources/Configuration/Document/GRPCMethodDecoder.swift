internal import Mesh

/// `method` of a `GRPCRoute`'s match: a map, where an `HTTPRoute` has a word.
enum GRPCMethodDecoder {
  static func decode(_ block: Block) -> GRPCMethodMatch? {
    let kinds: KeyValuePairs<String, GRPCMethodMatch.Kind> = [
      "Exact": .exact, "RegularExpression": .regularExpression,
    ]
    let kind = block.choice("type", kinds)?.value ?? .exact
    let service = block.string("service")
    let method = block.string("method")
    block.finish()
    if !block.has("service"), !block.has("method") {
      block.context.diagnostics.error(
        at: block.mark, block.path, "`service` or `method` must be there, or both")
      return nil
    }
    var isValid = true
    for (name, isService) in [(service, true), (method, false)] {
      if let name, !check(name, kind, isService: isService, block.context) { isValid = false }
    }
    guard isValid else { return nil }
    return try? GRPCMethodMatch(kind, service: service?.value, method: method?.value)
  }

  private static func check(
    _ name: Located<String>, _ kind: GRPCMethodMatch.Kind, isService: Bool, _ context: DecodingContext
  ) -> Bool {
    switch kind {
    case .regularExpression: return MatchDecoder.expression(name, context) != nil
    case .exact where isService:
      if isServiceName(name.value) { return true }
      let hint = name.value.contains("/") ? ": the method stands in `method`" : " (valid: shop.v1.Carts)"
      context.error(name, "`\(name.value.shortened)` is no name of a service\(hint)")
    case .exact:
      if isIdentifier(name.value[...]) { return true }
      context.error(name, "`\(name.value.shortened)` is no name of a method (valid: GetCart)")
    }
    return false
  }

  /// As Gateway API has it: identifiers with dots between them, and maybe one in front.
  private static func isServiceName(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let names = parts.count > 1 && parts[0].isEmpty ? parts.dropFirst() : parts[...]
    return names.allSatisfy(isIdentifier)
  }

  private static func isIdentifier(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    return !bytes.isEmpty && !(48...57).contains(bytes[0])
      && bytes.allSatisfy {
        $0 >= 97 && $0 <= 122 || $0 >= 65 && $0 <= 90 || $0 >= 48 && $0 <= 57 || $0 == 95
      }
  }
}
