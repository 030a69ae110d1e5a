internal import Mesh

/// `hash` of a service: what of a request decides where it goes.
enum HashKeyDecoder {
  private static let keys = ["header", "cookie", "queryParameter", "sourceAddress"]

  /// Nil where it is absent, or wrong.
  /// - Parameter isUsed: the service's balancing asks for it.
  static func decode(_ service: Block, isUsed: Bool) -> HashKey? {
    guard let block = service.block("hash", bare: "header") else { return nil }
    let header = name(block, "header", isName: HeaderText.isToken)
    let cookie = name(block, "cookie", isName: HeaderText.isToken)
    let parameter = name(block, "queryParameter") { !$0.contains { "&=# ".contains($0) } }
    let source = block.boolean("sourceAddress")?.value ?? false
    block.finish()
    let given = keys.filter(block.has)
    if given.isEmpty {
      service.error("hash", "says nothing (valid: one of \(keys.joined(separator: ", ")))")
    } else if given.count > 1 {
      block.error(given[1], "there is `\(given[0])` already: one thing decides")
    } else if !isUsed {
      service.warning("hash", "has no effect: `loadBalancing` is not `ring-hash`")
    }
    if let header { return .header(Array(header.lowercased().utf8)) }
    if let cookie { return .cookie(Array(cookie.utf8)) }
    if let parameter { return .queryParameter(Array(parameter.utf8)) }
    return source ? .sourceAddress : nil
  }

  private static func name(_ block: Block, _ key: String, isName: (String) -> Bool) -> String? {
    guard let text = block.string(key) else { return nil }
    if !text.value.isEmpty, isName(text.value) { return text.value }
    block.context.error(text, "`\(text.value.shortened)` is no name")
    return nil
  }
}
