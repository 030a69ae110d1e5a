/// Sizes in bytes: `512B`, `64KiB`, `1MiB`, `2GiB`; a bare number is bytes.
package enum SizeText {
  package static let form = "a size such as 512B, 64KiB or 1MiB"

  /// Nil where the text is no such size.
  package static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard (1...12).contains(digits.count), let number = Int(digits) else { return nil }
    let shift: Int
    switch text.dropFirst(digits.count) {
    case "", "B": shift = 0
    case "KiB": shift = 10
    case "MiB": shift = 20
    case "GiB": shift = 30
    default: return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : bytes
  }

  /// What a text that is none may mean: `64k` and `64 KB` mean `64KiB`. Not checked.
  package static func meant(_ text: String) -> String {
    let bare = text.filter { $0 != " " }
    let number = bare.prefix { $0.isASCII && $0.isNumber }
    let unit = bare.dropFirst(number.count).uppercased()
    guard let first = unit.first, ["", "B", "I", "IB"].contains(unit.dropFirst()) else { return "" }
    return first == "B" ? number + "B" : "\(number)\(first)iB"
  }

  /// In the largest unit that divides it.
  package static func format(_ bytes: Int) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes > 0 && bytes % (1 << shift) == 0
    {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)B"
  }
}
