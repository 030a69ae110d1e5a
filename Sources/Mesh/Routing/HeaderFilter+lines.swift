extension HeaderFilter {
  /// As they were given: names and values.
  package var setLines: [(name: String, value: String)] { sets.map(\.texts) }
  package var addedLines: [(name: String, value: String)] { adds.map(\.texts) }
  package var removedNames: [String] { removes.map(\.texts.name) }
}

extension HeaderFilter.Line {
  fileprivate var texts: (name: String, value: String) {
    (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }
}
