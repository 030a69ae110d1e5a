/// A scalar after expansion of `${VAR}`, and what YAML 1.2's core schema (chapter 10.3) makes of it.
struct YAMLScalar: Hashable, Sendable {
  enum Kind: Sendable {
    case null, boolean, integer, float, string
  }

  var text: String
  var kind: Kind
  /// A part came from the environment. Its type cannot be known from the file, so any type that the text fits is
  /// accepted: `workers: "${WORKERS}"` is a number, `value: ${VERSION}` a string.
  var isExpanded = false

  /// A plain scalar resolves by its text, one in quotes or block style is a string.
  init(_ text: String, isPlain: Bool, isExpanded: Bool = false) {
    self.text = text
    self.isExpanded = isExpanded
    kind = isPlain ? Self.resolve(text) : .string
  }

  var description: String {
    switch kind {
    case .null: "nothing"
    case .boolean: "the boolean \(text)"
    case .integer, .float: "the number \(text)"
    case .string: "the string \"\(text.shortened)\""
    }
  }

  /// `10.3.2 Tag Resolution`. `on`, `no`, `1:30` and `0777`-like traps of YAML 1.1 stay what they look like.
  static func resolve(_ text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "false", "False", "FALSE": .boolean
    default: integer(text) != nil || isDecimal(text) ? .integer : isFloat(text) ? .float : .string
    }
  }

  /// The value of an integer: decimal, `0o17` or `0x1f`. Nil where it is none, or leaves 64 bits.
  static func integer(_ text: String) -> Int? {
    if text.hasPrefix("0o") { return digits(text, radix: 8) }
    if text.hasPrefix("0x") { return digits(text, radix: 16) }
    return isDecimal(text) ? Int(text) : nil
  }

  private static func digits(_ text: String, radix: Int) -> Int? {
    let digits = text.dropFirst(2)
    guard let first = digits.utf8.first, first != 43, first != 45 else { return nil }
    return Int(digits, radix: radix)
  }

  private static func isDecimal(_ text: String) -> Bool {
    var bytes = text.utf8[...]
    if bytes.first == 43 || bytes.first == 45 { bytes.removeFirst() }
    return !bytes.isEmpty && bytes.allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, infinities and not-a-number.
  private static func isFloat(_ text: String) -> Bool {
    var bytes = text.utf8[...]
    if bytes.first == 43 || bytes.first == 45 { bytes.removeFirst() }
    switch String(Substring(bytes)) {
    case ".inf", ".Inf", ".INF": return true
    default: break
    }
    switch text {
    case ".nan", ".NaN", ".NAN": return true
    default: break
    }
    func dropDigits() -> Int {
      let rest = bytes.drop { $0 >= 48 && $0 <= 57 }
      let count = bytes.count - rest.count
      bytes = rest
      return count
    }
    var count = dropDigits()
    if bytes.first == 46 {
      bytes.removeFirst()
      count += dropDigits()
    }
    guard count > 0 else { return false }
    if bytes.first == 69 || bytes.first == 101 {
      bytes.removeFirst()
      if bytes.first == 43 || bytes.first == 45 { bytes.removeFirst() }
      guard dropDigits() > 0 else { return false }
    }
    return bytes.isEmpty
  }
}

extension String {
  /// At most 60 characters, on one line: for text from the file within a diagnostic.
  var shortened: String {
    let line = String(map { $0.isNewline ? " " : $0 })
    return line.count <= 60 ? line : line.prefix(59) + "…"
  }
}
