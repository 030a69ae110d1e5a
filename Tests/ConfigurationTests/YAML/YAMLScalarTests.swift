import Testing

@testable import Configuration

@Suite struct YAMLScalarTests {
  @Test func coreSchema() {
    let cases: [(YAMLScalar.Kind, [String])] = [
      (.null, ["", "~", "null", "Null", "NULL"]),
      (.boolean, ["true", "True", "TRUE", "false", "False", "FALSE"]),
      (.integer, ["0", "-1", "+12", "007", "0o17", "0x1F", "99999999999999999999"]),
      (.float, ["1.5", ".5", "1.", "-1e3", "+1.5E-3", ".inf", "-.Inf", ".nan", "1e3"]),
      (
        .string,
        [
          "on", "off", "yes", "no", "1:30", "0b1", "1_000", "0o8", "0xG", "0x-1", "--1", "1.2.3", "e5", ".",
          "-",
          "+", "nULL", "tRUE", "10%", "3s", "0o", "0x", "-.nan",
        ]
      ),
    ]
    for (kind, texts) in cases {
      for text in texts {
        #expect(YAMLScalar(text, isPlain: true).kind == kind, "\(text)")
        #expect(YAMLScalar(text, isPlain: false).kind == .string)
      }
    }
  }

  @Test func integers() {
    #expect(YAMLScalar.integer("007") == 7)
    #expect(YAMLScalar.integer("0o17") == 15)
    #expect(YAMLScalar.integer("0x1F") == 31)
    #expect(YAMLScalar.integer("-9223372036854775808") == Int.min)
    #expect(YAMLScalar.integer("9223372036854775808") == nil)
    #expect(YAMLScalar.integer("") == nil)
    #expect(YAMLScalar.integer("-") == nil)
  }
}
