extension ValueMatch.Pattern {
  /// What matchers compare: the expression where there is one, else the bytes.
  var compiled: (bytes: [UInt8], expression: RegularExpression?) {
    switch self {
    case .exact(let text): (Array(text.utf8), nil)
    case .regularExpression(let expression): ([], expression)
    }
  }
}
