internal import Primitives

extension DecodingContext {
  /// Something to listen on: `host:port`, `[v6]:port`, `:port`, `unix:/path`.
  func listenAddress(_ text: Located<String>) -> Located<SocketAddress>? {
    if UInt16(text.value) != nil {
      error(text, "`\(text.value)` is a port alone (did you mean `:\(text.value)`?)")
      return nil
    }
    return address(text, forms: "valid: 127.0.0.1:8080, [::1]:8080, :8080, unix:/path")
  }

  /// What resolves a name, where a file or an option has one.
  private func named(_ text: Located<String>) -> String {
    text.path.hasPrefix("--")
      ? ": one `\(text.path)` alone may have a name"
      : ": `dns: \(text.value.shortened)` in place of `endpoints` has it resolved"
  }

  /// Something to connect to.
  func endpointAddress(_ text: Located<String>) -> Located<SocketAddress>? {
    let forms = "valid: 10.0.0.5:8080, [::1]:8080, localhost:8080, unix:/path"
    if text.value.hasPrefix(":"), !text.value.hasPrefix("::") {
      error(text, "`\(text.value.shortened)` names no host (\(forms))")
      return nil
    }
    if UInt16(text.value) != nil {
      error(text, "`\(text.value)` is a port alone (did you mean `127.0.0.1:\(text.value)`?)")
      return nil
    }
    guard let found = address(text, forms: forms, named: named(text)) else { return nil }
    if case .unix = found.value { return found }
    guard found.value.port > 0 else {
      error(text, "port 0 cannot be connected to")
      return nil
    }
    return found
  }

  /// - Parameter named: what helps where it is a name.
  private func address(_ text: Located<String>, forms: String, named: String = "") -> Located<SocketAddress>?
  {
    if let address = SocketAddress(text.value) {
      return Located(value: address, mark: text.mark, path: text.path)
    }
    let shown = "`\(text.value.shortened)`"
    if text.value.hasPrefix("unix:") {
      error(text, "\(shown) must be a path of 1 to 107 bytes")
    } else if text.value.contains("://") {
      error(text, "\(shown) is a URL: write it without the scheme and a path (\(forms))")
    } else if SocketAddress(text.value + ":1") != nil || SocketAddress("[\(text.value)]:1") != nil {
      error(text, "\(shown) names no port (\(forms))")
    } else if let colon = text.value.lastIndex(of: ":"), SocketAddress(text.value[..<colon] + ":1") != nil {
      error(text, "`\(text.value[colon...].dropFirst())` is no port: it is a number up to 65535 (\(forms))")
    } else if let host = Self.hostname(text.value) {
      error(text, "`\(host.shortened)` is a name, and an address is needed\(named) (\(forms))")
    } else {
      error(text, "\(shown) is no address (\(forms))")
    }
    return nil
  }

  /// The host of `name:port` where it looks like a DNS name and not like a mistyped number.
  static func hostname(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, UInt16(parts[1]) != nil, !parts[0].isEmpty,
      parts[0].contains(where: \.isLetter),
      parts[0].utf8.allSatisfy({
        $0 == 45 || $0 == 46 || $0 == 95 || Character(Unicode.Scalar($0)).isLetter || ($0 >= 48 && $0 <= 57)
      })
    else { return nil }
    return String(parts[0])
  }
}
