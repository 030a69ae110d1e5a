/// Percentages: `10%`, `0.5%`, from `0%` to `100%`.
enum PercentText {
  static let form = "a percentage such as 10% or 0.5%"

  /// What a text that is none may mean: `10` means `10%`, but `0.1` may mean either. Not checked.
  static func meant(_ text: String) -> String { text.contains(".") ? "" : text + "%" }

  /// As a fraction from 0 to 1; nil where the text is no percentage or outside that range.
  static func parse(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return nil }
    let number = text.dropLast()
    let whole = number.prefix { $0.isASCII && $0.isNumber }
    guard !whole.isEmpty, whole.count <= 3 else { return nil }
    let rest = number.dropFirst(whole.count)
    if !rest.isEmpty {
      let fraction = rest.dropFirst()
      guard rest.first == ".", (1...9).contains(fraction.count),
        fraction.allSatisfy({ $0.isASCII && $0.isNumber })
      else { return nil }
    }
    guard let value = Double(number), value <= 100 else { return nil }
    return value / 100
  }
}
