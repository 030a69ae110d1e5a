/// `${VAR}` and `${VAR:-default}` within scalars, as a shell reads them: the default stands in for a variable that
/// is unset or empty. `$${` is a literal `${`; a `$` before anything else is itself. Expanded text is not read again.
struct EnvironmentExpansion {
  enum Failure: Error, Equatable, CustomStringConvertible {
    case unset(String)
    case malformed(String)

    var description: String {
      switch self {
      case .unset(let name):
        "the environment variable \(name) is not set (`${\(name):-default}` gives it a default)"
      case .malformed(let text):
        "`\(text.shortened)` is no `${VAR}` or `${VAR:-default}` (`$${` is a literal `${`)"
      }
    }
  }

  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  func expand(_ text: String) throws(Failure) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        result += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else { throw .malformed(String(rest)) }
        result += try value(of: rest[rest.index(rest.startIndex, offsetBy: 2)..<end], in: rest[...end])
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }

  private func value(of reference: Substring, in whole: Substring) throws(Failure) -> String {
    let name = reference.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let rest = reference.dropFirst(name.count)
    guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-") else {
      throw .malformed(String(whole))
    }
    let value = environment[String(name)]
    if rest.isEmpty {
      guard let value else { throw .unset(String(name)) }
      return value
    }
    guard let value, !value.isEmpty else { return String(rest.dropFirst(2)) }
    return value
  }
}
