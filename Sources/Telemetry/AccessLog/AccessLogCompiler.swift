internal import HTTP

/// Turns a format string into the items of an `AccessLogFormat`.
internal struct AccessLogCompiler {
  private(set) var items: [AccessLogFormat.Item] = []
  private(set) var texts: [UInt8] = []
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

  mutating func compile(_ format: String) throws(AccessLogFormatError) {
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
      guard let end = bytes[(index + 1)..<count].firstIndex(of: 37) else {
        throw AccessLogFormatError(
          offset: index, description: "a % without its closing % (write %% for a percent sign)")
      }
      if end == index + 1 {
        literal("%")
      } else {
        let text = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        guard let item = operation(text) else {
          throw AccessLogFormatError(
            offset: index, description: "unknown operator %\(text)%; valid are \(Self.operators)")
        }
        add(item)
      }
      index = end + 1
      start = index
    }
    literal(bytes[start..<count])
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

  private static var operators: String {
    let plain = AccessLogField.allCases.compactMap { $0.operatorName.map { "%\($0)%" } }
    return (plain + ["%REQ(NAME)%", "%RESP(NAME)%", "%%"]).joined(separator: ", ")
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
