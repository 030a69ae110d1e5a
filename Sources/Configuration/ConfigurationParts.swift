internal import Mesh

/// A configuration's file, and the rest of it where that is elsewhere: what they come to is read as one document, whose
/// top-level keys are those of both.
struct ConfigurationParts {
  private(set) var root: YAMLNode?
  private let context: DecodingContext

  init(_ bytes: [UInt8], _ context: DecodingContext) {
    self.context = context
    root = YAMLDocument(bytes, environment: context.environment, diagnostics: &context.diagnostics).root
    if root?.isNull ?? true {
      root = nil
      if !context.diagnostics.hasErrors {
        // A default listener in front of nothing is hardly what an empty file is meant to be.
        context.diagnostics.error(at: .start, "", "the file is empty: at least `services` must be there")
      }
    }
  }

  /// Takes the rest in, if the file names it. Returns whether all is there that can be judged as a whole.
  mutating func join(_ rest: ConfigurationText?) -> Bool {
    guard case .mapping(let entries) = root?.content,
      let place = entries.first(where: { $0.key == Self.key })?.value, !place.isNull, !Self.isIncluded(place)
    else { return true }
    guard let rest, rest.reference == nil || rest.reference == reference(entries) else { return false }
    let number = context.diagnostics.add(text: rest.name)
    let yaml = YAMLDocument(
      rest.bytes, number: number, environment: context.environment, diagnostics: &context.diagnostics)
    guard let other = yaml.root, !other.isNull else {
      if !context.diagnostics.hasErrors {
        context.diagnostics.error(at: SourceMark.start.of(text: number), "", "the text is empty")
      }
      return false
    }
    guard case .mapping(let more) = other.content else {
      context.mismatch(other, "", expected: "a map")
      return false
    }
    let known = Dictionary(entries.map { ($0.key, $0.keyMark.line) }) { first, _ in first }
    for entry in more where known[entry.key] != nil {
      context.diagnostics.error(
        at: entry.keyMark, entry.key.shortened,
        "the file has `\(entry.key.shortened)` already, on line \(known[entry.key] ?? 0)")
    }
    root?.content = .mapping(entries + more.filter { known[$0.key] == nil })
    return true
  }

  /// What the file says; its mistakes are told when it is read as a whole.
  private func reference(_ entries: [YAMLNode.Entry]) -> DocumentReference? {
    let quiet = DecodingContext(file: "")
    let only = entries.filter { $0.key == Self.key }
    return RestDecoder.decode(Block(only, mark: .start, path: "", context: quiet))
  }

  /// It only tells where what stands here came from.
  private static func isIncluded(_ place: YAMLNode) -> Bool {
    guard case .mapping(let entries) = place.content else { return false }
    return entries.contains { entry in
      guard entry.key == "included", case .scalar(let scalar) = entry.value.content else { return false }
      return scalar.text.lowercased() == "true"
    }
  }

  private static let key = "configuration"
}
