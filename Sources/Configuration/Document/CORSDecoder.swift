internal import Mesh
internal import Primitives

/// `cors` of a filter, in the words of Gateway API's `HTTPCORSFilter`.
enum CORSDecoder {
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*",
  ]

  static func decode(_ block: Block) -> CORSFilter {
    var settings = CORSSettings()
    let origins = block.strings("allowOrigins")
    for origin in origins {
      if let found = CORSOrigin(origin.value) {
        settings.allowOrigins.append(found)
      } else {
        let forms = "valid: https://shop.example, https://*.shop.example, https://shop.example:8443, *"
        block.context.error(origin, "`\(origin.value.shortened)` is no origin (\(forms))")
      }
    }
    checkStar(origins, block.context)
    if !block.has("allowOrigins") {
      block.missing("allowOrigins", "is missing: no origin is allowed", isError: false)
    }
    settings.allowMethods = list(block, "allowMethods") { method in
      if methods.contains(method.value) { return true }
      let hint = Suggestion.hint(for: method.value.uppercased(), among: methods)
      block.context.error(method, "unknown method `\(method.value.shortened)`\(hint)")
      return false
    }
    settings.allowHeaders = list(block, "allowHeaders") { isName($0, block.context) }
    settings.exposeHeaders = list(block, "exposeHeaders") { isName($0, block.context) }
    if let value = block.boolean("allowCredentials") { settings.allowCredentials = value.value }
    if let value = block.integer("maxAge", in: 1...2_147_483_647) {
      settings.maxAge = .seconds(Int64(value.value))
    }
    if settings.allowCredentials, settings.exposeHeaders.contains("*") {
      block.error(
        "exposeHeaders", "with `allowCredentials` browsers read `*` as a name: list the fields by theirs")
    }
    block.finish()
    return CORSFilter(settings)
  }

  private static func list(
    _ block: Block, _ key: String, isValid: (Located<String>) -> Bool
  ) -> [String] {
    let items = block.strings(key)
    checkStar(items, block.context)
    return items.filter(isValid).map(\.value)
  }

  /// Gateway API: whoever says "all" says nothing else.
  private static func checkStar(_ items: [Located<String>], _ context: DecodingContext) {
    guard items.count > 1, let star = items.first(where: { $0.value == "*" }) else { return }
    context.error(star, "`*` stands for all: it must be alone")
  }

  private static func isName(_ name: Located<String>, _ context: DecodingContext) -> Bool {
    if HeaderText.isToken(name.value) { return true }
    context.error(name, "`\(name.value.shortened)` is no header name")
    return false
  }
}
