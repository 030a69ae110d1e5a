/// Percentages: `10%`, `0.5%`. Those past 100 are read as well, so that they can be told to be out of range.
package enum PercentText {
  package static let form = "a percentage such as 10% or 0.5%"

  /// What a text that is none may mean: `10` means `10%`, but `0.1` may mean either. Not checked.
  package static func meant(_ text: String) -> String { text.contains(".") ? "" : text + "%" }

  /// As a fraction: 1 is all. Nil where the text is no percentage.
  package static func parse(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return nil }
    let number = text.dropLast()
    let whole = number.prefix { $0.isASCII && $0.isNumber }
    guard !whole.isEmpty, whole.count <= 9 else { return nil }
    let rest = number.dropFirst(whole.count)
    if !rest.isEmpty {
      let fraction = rest.dropFirst()
      guard rest.first == ".", (1...9).contains(fraction.count),
        fraction.allSatisfy({ $0.isASCII && $0.isNumber })
      else { return nil }
    }
    return Double(number).map { $0 / 100 }
  }

  /// With as many digits as tell it from others, nine behind the point at most.
  package static func format(_ share: Double) -> String {
    let billionths = UInt64((min(max(share, 0), 1) * 1e11).rounded())
    let (whole, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest == 0 { return "\(whole)%" }
    var fraction = String(1_000_000_000 + rest).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(whole).\(fraction)%"
  }
}
