internal import Mesh

/// `matches` of a rule.
enum MatchDecoder {
  private enum Kind { case exact, prefix, expression }

  static func decode(_ block: Block) -> RouteMatch? {
    var match = RouteMatch()
    if let path = block.block("path", bare: "value") { match.path = self.path(path) }
    if let node = block.node("method") {
      if case .mapping = node.content {
        if block.has("path") {
          block.error("path", "a call's path is its service and method: leave `path` out, or `method`")
        }
        if let call = block.block("method").flatMap(GRPCMethodDecoder.decode) { match.path = .grpc(call) }
      } else {
        match.method = method(block)
      }
    }
    match.headers = values(block, "headers", isHeader: true)
    match.queryParameters = values(block, "queryParams", isHeader: false)
    block.finish()
    return match
  }

  /// `{type, value}`.
  static func path(_ block: Block) -> PathMatch? {
    let kind =
      block.choice(
        "type", ["PathPrefix": Kind.prefix, "Exact": .exact, "RegularExpression": .expression])?.value
      ?? .prefix
    // Gateway API's default is "/".
    let value = block.string("value")
    block.finish()
    guard let value else { return block.has("value") ? nil : .prefix("/") }
    if kind == .expression {
      return expression(value, block.context).map { .regularExpression($0) }
    }
    if !value.value.hasPrefix("/") {
      block.context.error(value, "must begin with `/`")
    } else if let byte = value.value.utf8.first(where: { $0 <= 32 || $0 >= 127 || $0 == 63 || $0 == 35 }) {
      let shown = byte == 63 ? "`?`" : byte == 35 ? "`#`" : byte == 32 ? "a space" : "bytes outside ASCII"
      let hint =
        byte == 63 ? "match a query with `queryParams`" : "paths are matched as sent: percent-encode it"
      block.context.error(value, "a path cannot hold \(shown): \(hint)")
    } else if value.value.contains("//") || elements(value.value).contains(where: { $0 == "." || $0 == ".." })
    {
      block.context.error(value, "can never match: `//`, `.` and `..` are resolved before paths are matched")
    }
    return kind == .exact ? .exact(value.value) : .prefix(value.value)
  }

  private static func elements(_ path: String) -> [Substring] { path.split(separator: "/") }

  private static func method(_ block: Block) -> String? {
    block.string("method").flatMap { method($0, block.context) }
  }

  /// The method, where it is one.
  static func method(_ method: Located<String>, _ context: DecodingContext) -> String? {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"]
    if known.contains(method.value) { return method.value }
    let upper = method.value.uppercased()
    guard HeaderText.isToken(method.value), upper == method.value,
      Suggestion.nearest(to: upper, among: known) == nil
    else {
      context.error(
        method, "unknown method `\(method.value.shortened)`\(context.hint(for: upper, among: known))")
      return nil
    }
    return method.value
  }

  /// Criteria on headers or query parameters: `{type, name, value}` each.
  static func values(_ block: Block, _ key: String, isHeader: Bool) -> [ValueMatch] {
    var seen: Set<String> = []
    return block.blocks(key).compactMap { item in
      let isExpression = item.choice("type", ["Exact": false, "RegularExpression": true])?.value ?? false
      let name = item.requiredString("name")
      let value = item.string("value")
      if !item.has("value") { item.missing("value") }
      item.finish()
      guard let name, let value else { return nil }
      if isHeader, !HeaderText.isToken(name.value) {
        item.context.error(name, "`\(name.value.shortened)` is no header name")
      }
      if !seen.insert(isHeader ? name.value.lowercased() : name.value).inserted {
        item.context.error(name, "`\(name.value.shortened)` is matched twice: only the first would count")
      }
      guard isExpression else { return ValueMatch(name: name.value, .exact(value.value)) }
      return expression(value, item.context).map { ValueMatch(name: name.value, .regularExpression($0)) }
    }
  }

  static func expression(_ text: Located<String>, _ context: DecodingContext) -> RegularExpression? {
    do throws(RegularExpression.Failure) {
      return try RegularExpression(text.value)
    } catch {
      context.error(text, "not a regular expression: \(error.message), at character \(error.offset + 1)")
      return nil
    }
  }
}
