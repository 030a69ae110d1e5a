/// Which names hosts may have (RFC 1123, section 2.1), with the underscores of SRV records (RFC 2782).
enum HostName {
  /// What is wrong with a name of labels and dots; nil: nothing.
  static func fault(of name: String) -> String? {
    let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
    if bare.isEmpty { return "names no host" }
    if bare.utf8.count > 253 { return "is longer than 253 characters" }
    for label in bare.split(separator: ".", omittingEmptySubsequences: false) {
      if label.isEmpty { return "has two dots in a row" }
      if label.utf8.count > 63 { return "has a part that is longer than 63 characters" }
      if !label.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
      {
        return "is no host's name (letters, digits, `-` and dots)"
      }
    }
    return nil
  }

  /// The same of one part, as Kubernetes names things.
  static func labelFault(of label: String) -> String? {
    if label.isEmpty { return "must not be empty" }
    if label.utf8.count > 63 { return "is longer than 63 characters" }
    let isFine = label.utf8.allSatisfy { byte in
      (isLetterOrDigit(byte) && !(65...90).contains(byte)) || byte == UInt8(ascii: "-")
    }
    let isWithin = label.first != "-" && label.last != "-"
    return isFine && isWithin
      ? nil : "is no name of Kubernetes' (lower-case letters, digits and, within, `-`)"
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: false
    }
  }
}
