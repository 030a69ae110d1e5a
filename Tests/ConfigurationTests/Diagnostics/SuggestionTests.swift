import Testing

@testable import Configuration

@Suite struct SuggestionTests {
  @Test func distances() {
    let cases: [(String, String, Int)] = [
      ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "abc", 3), ("adress", "address", 1),
      ("teh", "the", 1),
      ("kitten", "sitting", 3), ("ab", "ba", 1),
    ]
    for (a, b, expected) in cases { #expect(Suggestion.distance(Array(a.utf8), Array(b.utf8)) == expected) }
  }

  @Test func onlyWhatIsNearIsSuggested() {
    let fields = ["name", "address", "protocol", "routes", "trustedHops"]
    let cases: [(String, String?)] = [
      ("adress", "address"), ("Address", "address"), ("nmae", "name"), ("trusted_hops", "trustedHops"),
      ("route", "routes"), ("zebra", nil), ("x", nil), ("", nil), ("protcool", "protocol"),
    ]
    for (typed, expected) in cases {
      #expect(Suggestion.nearest(to: typed, among: fields) == expected, "\(typed)")
    }
  }

  @Test func hints() {
    #expect(
      Suggestion.hint(for: "htpt", among: ["auto", "http"]) == " (did you mean `http`? valid: auto, http)")
    #expect(Suggestion.hint(for: "zzz", among: ["auto", "http"]) == " (valid: auto, http)")
    #expect(Suggestion.hint(for: "zzz", among: []) == "")
  }
}
