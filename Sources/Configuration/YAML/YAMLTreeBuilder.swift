/// Builds the tree from events. Throws what ends the reading, collects in `problems` what does not.
struct YAMLTreeBuilder: ~Copyable {
  var problems: [YAMLError] = []

  private var parser: YAMLEventParser
  /// Nil: nothing is expanded.
  private let expansion: EnvironmentExpansion?
  private var anchors: [String: YAMLNode] = [:]
  /// Anchors of lists and maps that are still open: an alias to one of them would have no end.
  private var open: [String] = []
  private var aliasedNodes = 0
  /// The keys and places that lead to the node that is read.
  private var way: [Step] = []

  private enum Step { case key(String), item(Int) }

  init(environment: [String: String]?, parser: consuming YAMLEventParser) {
    expansion = environment.map(EnvironmentExpansion.init)
    self.parser = parser
  }

  /// The single document of the stream; nil where it is empty.
  mutating func document() throws(YAMLError) -> YAMLNode? {
    var root: YAMLNode?
    var documents = 0
    while true {
      let event = try parser.next()
      switch event.kind {
      case .streamEnd: return root
      case .documentStart:
        documents += 1
        if documents > 1 {
          note("a second document: only one is read", at: event.mark)
          return root
        }
      case .streamStart, .documentEnd: continue
      default: root = try node(event, depth: 0)
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
    guard depth < YAMLDocument.maximumDepth else {
      throw YAMLError(mark: event.mark, message: "nested deeper than \(YAMLDocument.maximumDepth) levels")
    }
    switch event.kind {
    case .alias(let name): return try alias(name, at: event.mark)
    case .scalar(let text, let isPlain, let anchor, let tag):
      let node = scalar(text, isPlain: isPlain, tag: tag, at: event.mark)
      if let anchor { anchors[anchor] = node }
      return node
    case .sequenceStart(let anchor, let tag):
      check(tag, isOneOf: ["seq"], at: event.mark)
      if let anchor { open.append(anchor) }
      let node = try sequence(at: event.mark, depth: depth)
      close(anchor, node)
      return node
    case .mappingStart(let anchor, let tag):
      check(tag, isOneOf: ["map"], at: event.mark)
      if let anchor { open.append(anchor) }
      let node = try mapping(at: event.mark, depth: depth)
      close(anchor, node)
      return node
    default:
      throw YAMLError(mark: event.mark, message: "not valid YAML")
    }
  }

  private mutating func note(_ message: String, at mark: SourceMark) {
    let path = way.reduce(into: "") { path, step in
      switch step {
      case .key(let key): path += path.isEmpty ? key.shortened : ".\(key.shortened)"
      case .item(let place): path += "[\(place)]"
      }
    }
    problems.append(YAMLError(mark: mark, path: path, message: message))
  }

  private mutating func close(_ anchor: String?, _ node: YAMLNode) {
    guard let anchor else { return }
    open.removeLast()
    anchors[anchor] = node
  }

  private mutating func sequence(at mark: SourceMark, depth: Int) throws(YAMLError) -> YAMLNode {
    var items: [YAMLNode] = []
    var size = 1
    while true {
      let event = try parser.next()
      if case .sequenceEnd = event.kind { break }
      way.append(.item(items.count))
      let item = try node(event, depth: depth + 1)
      way.removeLast()
      size += item.size
      items.append(item)
    }
    return YAMLNode(mark: mark, content: .sequence(items), size: size)
  }

  private mutating func mapping(at mark: SourceMark, depth: Int) throws(YAMLError) -> YAMLNode {
    var entries: [YAMLNode.Entry] = []
    var seen: [String: SourceMark] = [:]
    var size = 1
    while true {
      let event = try parser.next()
      if case .mappingEnd = event.kind { break }
      let key = try self.key(event)
      way.append(.key(key ?? ""))
      let value = try node(parser.next(), depth: depth + 1)
      way.removeLast()
      guard let key else { continue }
      size += 1 + value.size
      if let first = seen[key] {
        note("`\(key.shortened)` is given twice, first on line \(first.line)", at: event.mark)
      } else if key == "<<" {
        note("merge keys (`<<`) are no part of YAML 1.2: write the keys out", at: event.mark)
      } else {
        seen[key] = event.mark
        entries.append(YAMLNode.Entry(key: key, keyMark: event.mark, value: value))
      }
    }
    return YAMLNode(mark: mark, content: .mapping(entries), size: size)
  }

  /// A key's text; nil, and a problem, where it is no scalar.
  private mutating func key(_ event: YAMLEvent) throws(YAMLError) -> String? {
    switch event.kind {
    case .scalar(let text, _, let anchor, _):
      if let anchor {
        anchors[anchor] = YAMLNode(mark: event.mark, content: .scalar(YAMLScalar(text, isPlain: true)))
      }
      return text
    case .alias(let name):
      if case .scalar(let scalar) = try alias(name, at: event.mark).content { return scalar.text }
    default:
      _ = try node(event, depth: YAMLDocument.maximumDepth - 8)
    }
    note("a key must be a name", at: event.mark)
    return nil
  }

  private mutating func alias(_ name: String, at mark: SourceMark) throws(YAMLError) -> YAMLNode {
    guard !open.contains(name) else {
      throw YAMLError(mark: mark, message: "`*\(name.shortened)` stands within what it names")
    }
    guard let target = anchors[name] else {
      throw YAMLError(mark: mark, message: "`*\(name.shortened)` names no anchor above it")
    }
    aliasedNodes += target.size
    guard aliasedNodes <= YAMLDocument.maximumAliasedNodes else {
      let message = "aliases write out to more than \(YAMLDocument.maximumAliasedNodes) nodes"
      throw YAMLError(mark: mark, message: message)
    }
    return target
  }

  private mutating func scalar(_ text: String, isPlain: Bool, tag: String?, at mark: SourceMark) -> YAMLNode {
    check(tag, isOneOf: ["str", "int", "float", "bool", "null"], at: mark)
    var expanded = text
    if let expansion, text.utf8.contains(36) {
      do throws(EnvironmentExpansion.Failure) {
        expanded = try expansion.expand(text)
      } catch {
        note(error.description, at: mark)
      }
    }
    let isString = tag?.hasSuffix(":str") ?? (tag == "!")
    let scalar = YAMLScalar(expanded, isPlain: isPlain && !isString, isExpanded: expanded != text)
    return YAMLNode(mark: mark, content: .scalar(scalar))
  }

  private mutating func check(_ tag: String?, isOneOf names: [String], at mark: SourceMark) {
    guard let tag, tag != "!" else { return }
    let prefix = "tag:yaml.org,2002:"
    if tag.hasPrefix(prefix), names.contains(String(tag.dropFirst(prefix.count))) { return }
    note("the tag `\(tag.shortened)` does not fit here", at: mark)
  }
}
