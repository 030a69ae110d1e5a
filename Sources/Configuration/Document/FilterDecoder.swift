internal import Mesh

/// `filters` of a rule: header modifiers and CORS; the other types of Gateway API are known and refused.
enum FilterDecoder {
  private enum Kind { case request, response, cors }

  private static let later = [
    "RequestMirror", "RequestRedirect", "URLRewrite", "ExternalAuth", "ExtensionRef",
  ]

  static func decode(_ block: Block, into rule: inout RuleSpecification) {
    var seen: Set<Kind> = []
    for filter in block.blocks("filters") {
      guard filter.has("type") else {
        filter.error("type", "is missing (valid: RequestHeaderModifier, ResponseHeaderModifier, CORS)")
        continue
      }
      let kinds: KeyValuePairs<String, Kind> = [
        "RequestHeaderModifier": .request, "ResponseHeaderModifier": .response, "CORS": .cors,
      ]
      guard let type = filter.choice("type", kinds, later: later) else { continue }
      if !seen.insert(type.value).inserted {
        filter.context.error(type, "the same type of filter is there twice: put all changes into one")
      }
      let key =
        switch type.value {
        case .request: "requestHeaderModifier"
        case .response: "responseHeaderModifier"
        case .cors: "cors"
        }
      if !filter.has(key) { filter.missing(key) }
      if let block = filter.block(key) {
        switch type.value {
        case .request: rule.requestFilter = modifier(block)
        case .response: rule.responseFilter = modifier(block)
        case .cors: rule.cors = CORSDecoder.decode(block)
        }
      }
      filter.finish()
    }
  }

  private static func modifier(_ block: Block) -> HeaderFilter {
    var used: Set<String> = []
    func check(_ name: Located<String>) -> Bool {
      let lower = name.value.lowercased()
      if !HeaderText.isToken(name.value) {
        block.context.error(name, "`\(name.value.shortened)` is no header name")
      } else if HeaderText.own.contains(lower) {
        block.context.error(
          name, "`\(name.value)` belongs to the connection and is written by the proxy itself")
      } else if !used.insert(lower).inserted {
        block.context.error(name, "`\(name.value)` is changed twice: one of set, add and remove, once")
      } else {
        return true
      }
      return false
    }
    func lines(_ key: String) -> [(String, String)] {
      block.blocks(key).compactMap { item in
        let name = item.requiredString("name")
        let value = item.string("value")
        if !item.has("value") { item.missing("value") }
        item.finish()
        guard let name, check(name), let value else { return nil }
        guard HeaderText.isValue(value.value) else {
          item.context.error(value, "a header's value cannot hold line ends, controls or spaces at its ends")
          return nil
        }
        return (name.value, value.value)
      }
    }
    let filter = HeaderFilter(
      set: lines("set"), add: lines("add"), remove: block.strings("remove").filter(check).map(\.value))
    block.finish()
    return filter
  }
}
