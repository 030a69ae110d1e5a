/// One node of a YAML document, with the place where it stands.
struct YAMLNode: Sendable {
  var mark: SourceMark
  var content: Content
  /// How many nodes this one stands for, itself included, with aliases written out.
  var size = 1

  enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// A key and its value. Keys are scalars; duplicates are reported while the tree is built.
  struct Entry: Sendable {
    var key: String
    var keyMark: SourceMark
    var value: YAMLNode
  }
}

extension YAMLNode {
  /// Nothing was written, or `null`: the same as leaving the key out.
  var isNull: Bool {
    if case .scalar(let scalar) = content { scalar.kind == .null } else { false }
  }

  /// What the node is, in words for a diagnostic.
  var description: String {
    switch content {
    case .scalar(let scalar): scalar.description
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  /// The same tree with marks of another text.
  func of(text: Int) -> YAMLNode {
    if text == 0 { return self }
    var node = self
    node.mark.text = text
    switch content {
    case .scalar: break
    case .sequence(let items): node.content = .sequence(items.map { $0.of(text: text) })
    case .mapping(let entries):
      node.content = .mapping(
        entries.map { Entry(key: $0.key, keyMark: $0.keyMark.of(text: text), value: $0.value.of(text: text)) }
      )
    }
    return node
  }
}
