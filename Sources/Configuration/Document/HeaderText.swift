/// What may stand in a header field that the configuration asks for.
enum HeaderText {
  /// RFC 9110, section 5.6.2.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 94...122, 124, 126, 33, 35...39, 42, 43, 45, 46: true
        default: false
        }
      }
  }

  /// RFC 9110, section 5.5: no controls but tabs, no space at either end.
  static func isValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { ($0 >= 32 && $0 != 127) || $0 == 9 }
      && !(text.first?.isWhitespace ?? false) && !(text.last?.isWhitespace ?? false)
  }

  /// Fields that the proxy makes itself, and no filter may touch.
  static let own: Set<String> = [
    "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding",
    "upgrade",
  ]
}
