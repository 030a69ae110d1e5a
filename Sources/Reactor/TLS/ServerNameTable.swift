/// Which certificate belongs to a name that a client asks for: exact names first, then `*.` and one label more
/// (RFC 6125, section 6.4.3).
struct ServerNameTable: Sendable {
  private var exact: [String: Int] = [:]
  /// By what follows the star, with its dot.
  private var wildcards: [String: Int] = [:]

  /// Of two certificates for one name the first one counts. False: nobody will find this one by the name.
  mutating func add(_ name: String, _ index: Int) -> Bool {
    let name = Self.normal(name)
    let isWildcard = name.hasPrefix("*.")
    let rest = isWildcard ? String(name.dropFirst()) : name
    if rest.contains("*") || (isWildcard ? wildcards[rest] : exact[rest]) != nil { return false }
    if isWildcard { wildcards[rest] = index } else { exact[rest] = index }
    return true
  }

  /// Nil where no certificate is for it.
  func find(_ name: String) -> Int? {
    let name = Self.normal(name)
    if let index = exact[name] { return index }
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    return wildcards[String(name[dot...])]
  }

  /// Lower case, without the root's dot.
  private static func normal(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }
}
