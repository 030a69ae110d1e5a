internal import HTTP

/// Turns a format string into the items of an `AccessLogFormat`.
internal struct AccessLogCompiler {
  private(set) var items: [AccessLogFormat.Item] = []
  private(set) var texts: [UInt8] = []
  private(set) var faults: [AccessLogFormatError] = []
  /// Literal text since the last value.
  private var pending: [UInt8] = []

  /// An object with every field that has a key.
  mutating func compileJSON() {
    var separator = "{"
    for field in AccessLogField.allCases {
      guard let key = field.jsonKey else { continue }
      literal("\(separator)\"\(key)\":")
      add(AccessLogFormat.Item(field: field))
      separator = ","
    }
    literal("}")
  }

  /// All that is wrong with it stands in `faults` afterwards.
  mutating func compile(_ format: String) {
    let bytes = Array(format.utf8)
    // The line feed at the end is ours.
    let count = bytes.last == 10 ? bytes.count - 1 : bytes.count
    var index = 0
    var start = 0
    while index < count {
      guard bytes[index] == 37 else {
        index += 1
        continue
      }
      literal(bytes[start..<index])
      let end = Self.end(ofOperatorAt: index, in: bytes[..<count])
      if let end, end == index + 1 {
        literal("%")
      } else if let end {
        let text = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        if let item = operation(text) { add(item) } else { faults.append(fault(text, at: index)) }
      } else {
        faults.append(
          AccessLogFormatError(
            offset: index, description: "a % without its closing % (write %% for a percent sign)"))
      }
      index = (end ?? index) + 1
      start = index
    }
    literal(bytes[start..<count])
  }

  /// Where the closing % stands: nil where a space comes first, as in `50% of`. Both may stand in parentheses.
  private static func end(ofOperatorAt index: Int, in bytes: ArraySlice<UInt8>) -> Int? {
    var rest = bytes[(index + 1)...]
    let name = rest.prefix { $0 != 32 && $0 != 37 && $0 != 40 }
    rest = rest[name.endIndex...]
    // `START_TIME(%Y-%m-%d)` is Envoy's. Where another opens first, this one is not closed.
    if rest.first == 40, let close = rest.dropFirst().firstIndex(where: { $0 == 40 || $0 == 41 }),
      rest[close] == 41
    {
      rest = rest[close...]
    }
    return rest.first { $0 == 32 || $0 == 37 } == 37 ? rest.firstIndex(of: 37) : nil
  }

  private func fault(_ text: String, at offset: Int) -> AccessLogFormatError {
    let name = text.prefix { $0 != "(" && $0 != ":" }
    let isKnown = AccessLogFormat.operators.contains { $0.prefix { $0 != "(" } == name }
    return AccessLogFormatError(
      offset: offset, description: "\(isKnown ? "wrong form of the" : "unknown") operator %\(text)%",
      unknown: isKnown ? nil : String(name))
  }

  mutating func literal(_ text: String) { literal(Array(text.utf8)[...]) }

  /// What is pending stands behind the last value.
  mutating func end() { add(AccessLogFormat.Item(field: .literal)) }

  private mutating func literal(_ bytes: ArraySlice<UInt8>) { pending.append(contentsOf: bytes) }

  private mutating func add(_ item: AccessLogFormat.Item) {
    var item = item
    item.before = place(pending[...])
    pending = []
    items.append(item)
  }

  private mutating func place(_ bytes: ArraySlice<UInt8>) -> ByteRange {
    let start = texts.count
    texts.append(contentsOf: bytes)
    return ByteRange(start, texts.count)
  }

  private mutating func operation(_ text: String) -> AccessLogFormat.Item? {
    if let field = AccessLogField.allCases.first(where: { $0.operatorName == text }) {
      return AccessLogFormat.Item(field: field)
    }
    let isRequest = text.hasPrefix("REQ(")
    guard isRequest || text.hasPrefix("RESP("), let open = text.firstIndex(of: "("),
      let close = text.firstIndex(of: ")")
    else { return nil }
    let names = text[text.index(after: open)..<close].split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = header(names[0], isRequest) else { return nil }
    var item = AccessLogFormat.Item(field: first.field, name: first.name)
    if names.count == 2 {
      guard let second = header(names[1], isRequest) else { return nil }
      item.otherField = second.field
      item.otherName = second.name
    }
    let rest = text[text.index(after: close)...]
    if !rest.isEmpty {
      guard rest.first == ":", let limit = UInt32(rest.dropFirst()), limit > 0 else { return nil }
      item.limit = limit
    }
    return item
  }

  /// A header field by name, or a pseudo-header of HTTP/2's kind.
  private mutating func header(
    _ name: Substring, _ isRequest: Bool
  ) -> (field: AccessLogField, name: ByteRange)? {
    let lower = name.lowercased()
    guard lower.hasPrefix(":") else {
      guard !lower.isEmpty, lower.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 58 }) else { return nil }
      return (isRequest ? .requestHeader : .responseHeader, place(Array(lower.utf8)[...]))
    }
    switch (lower, isRequest) {
    case (":method", true): return (.method, ByteRange.empty)
    case (":path", true): return (.target, ByteRange.empty)
    case (":authority", true): return (.authority, ByteRange.empty)
    case (":status", false): return (.status, ByteRange.empty)
    default: return nil
    }
  }
}
