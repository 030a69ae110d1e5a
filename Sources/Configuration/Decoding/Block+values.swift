internal import Primitives

extension Block {
  func string(_ key: String) -> Located<String>? { node(key).flatMap { context.string($0, path(of: key)) } }

  /// Text that must be there and not be empty.
  func requiredString(_ key: String) -> Located<String>? {
    guard let node = node(key) else {
      missing(key)
      return nil
    }
    guard let text = context.string(node, path(of: key)) else { return nil }
    guard !text.value.isEmpty else {
      context.error(text, "must not be empty")
      return nil
    }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Located<Int>? {
    node(key).flatMap { context.integer($0, path(of: key), in: range) }
  }

  func boolean(_ key: String) -> Located<Bool>? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node.content, scalar.kind == .boolean || scalar.isExpanded,
      YAMLScalar.resolve(scalar.text) == .boolean
    else {
      context.mismatch(node, path(of: key), expected: "true or false")
      return nil
    }
    return Located(value: scalar.text.lowercased() == "true", mark: node.mark, path: path(of: key))
  }

  func duration(_ key: String, in range: ClosedRange<Interval>) -> Located<Interval>? {
    scalar(
      key, form: DurationText.form, in: range, DurationText.parse, DurationText.format, DurationText.meant)
  }

  func size(_ key: String, in range: ClosedRange<Int>) -> Located<Int>? {
    scalar(key, form: SizeText.form, in: range, SizeText.parse, SizeText.format, SizeText.meant)
  }

  /// As a fraction; bounds are fractions, too.
  func percent(_ key: String, in range: ClosedRange<Double> = 0...1) -> Located<Double>? {
    scalar(
      key, form: PercentText.form, in: range, PercentText.parse, PercentText.format, PercentText.meant)
  }

  /// One of several words.
  /// - Parameter later: words of the documented format that this version refuses: recognised, not suggested.
  func choice<Value: Sendable>(
    _ key: String, _ values: KeyValuePairs<String, Value>, later: [String] = []
  ) -> Located<Value>? {
    guard let word = string(key) else { return nil }
    if let found = values.first(where: { $0.key == word.value }) {
      return Located(value: found.value, mark: word.mark, path: word.path)
    }
    let valid = values.map(\.key)
    if later.contains(word.value) {
      context.unsupported(
        at: word.mark, word.path, "`\(word.value)`", valid: valid)
    } else {
      let hint = context.hint(for: word.value, among: valid)
      context.error(word, "unknown value `\(word.value.shortened)`\(hint)")
    }
    return nil
  }

  /// - Parameter bare: see `DecodingContext.block`.
  func block(_ key: String, bare: String? = nil) -> Block? {
    node(key).flatMap { context.block($0, path(of: key), bare: bare) }
  }

  /// The items of a list; none where the key is absent.
  func items(_ key: String) -> [(node: YAMLNode, path: String)] {
    node(key).map { context.items($0, path(of: key)) } ?? []
  }

  /// The items of a list that are maps.
  func blocks(_ key: String, bare: String? = nil) -> [Block] {
    items(key).compactMap { context.block($0.node, $0.path, bare: bare) }
  }

  func strings(_ key: String) -> [Located<String>] {
    items(key).compactMap { context.string($0.node, $0.path) }
  }

  private func scalar<Value: Comparable & Sendable>(
    _ key: String, form: String, in range: ClosedRange<Value>,
    _ parse: (String) -> Value?, _ format: (Value) -> String, _ meant: (String) -> String
  ) -> Located<Value>? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node.content else {
      context.mismatch(node, path(of: key), expected: form)
      return nil
    }
    guard let value = parse(scalar.text) else {
      let near = meant(scalar.text)
      let hint = parse(near) == nil ? "" : " (did you mean `\(near)`?)"
      context.diagnostics.error(
        at: node.mark, path(of: key), "expected \(form), found \(node.description)\(hint)")
      return nil
    }
    guard range.contains(value) else {
      let bounds = "\(format(range.lowerBound)) to \(format(range.upperBound))"
      context.diagnostics.error(
        at: node.mark, path(of: key), "\(scalar.text) is out of range (valid: \(bounds))")
      return nil
    }
    return Located(value: value, mark: node.mark, path: path(of: key))
  }
}
