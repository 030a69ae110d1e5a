import JSON
import Testing

@testable import apus

@Suite struct ConfigurationDifferenceTests {
  private func lines(_ before: String, _ after: String) throws -> [String] {
    let (old, new) = (Array(before.utf8), Array(after.utf8))
    return DifferenceText(
      ConfigurationDifference(
        from: try JSONParser.parse(old.span, limit: 1 << 20),
        to: try JSONParser.parse(new.span, limit: 1 << 20))
    ).lines
  }

  @Test func sameThingsAreNoDifference() throws {
    let text = #"{"a": [{"name": "x", "v": 1}], "b": {"c": [1, 2]}}"#
    #expect(try lines(text, text).isEmpty)
  }

  @Test(arguments: [
    (#"{"drain": "30s"}"#, #"{"drain": "5s"}"#, ["~ drain: 30s → 5s"]),
    (#"{"a": {"b": 1}}"#, #"{"a": {"c": [true, null]}}"#, ["- a.b", "+ a.c: [true, null]"]),
    (
      #"{"s": [{"name": "x", "v": 1}, {"name": "y"}]}"#,
      #"{"s": [{"name": "z", "v": ""}, {"name": "x", "v": 2}]}"#,
      ["~ s[x].v: 1 → 2", "- s[y]", #"+ s[z]: {name: z, v: ""}"#]
    ),
    (
      #"{"e": [{"address": "1:1", "weight": 1}]}"#, #"{"e": [{"address": "1:1", "weight": 2}]}"#,
      ["~ e[1:1].weight: 1 → 2"]
    ),
    (
      #"{"r": [{"name": "a"}, {"name": "b"}]}"#, #"{"r": [{"name": "b"}, {"name": "a"}]}"#,
      ["~ r: in another order"]
    ),
    (
      #"{"m": [{"v": 1}, {"v": 2}]}"#, #"{"m": [{"v": 1}, {"v": 3}, {"v": 4}]}"#,
      ["~ m[1].v: 2 → 3", "+ m[2]: {v: 4}"]
    ),
    (#"{"h": ["a", "b"]}"#, #"{"h": ["b", "c"]}"#, ["- h[a]", "+ h[c]"]),
    (#"{"h": ["a", "a"]}"#, #"{"h": ["a"]}"#, ["- h[1]"]),
    (
      #"{"r": [{"name": "0", "v": 1}], "h": [1]}"#, #"{"r": [{"name": "0", "v": 2}], "h": [2]}"#,
      ["~ r[0].v: 1 → 2", "~ h[0]: 1 → 2"]
    ),
    (#"{"t": null}"#, #"{"t": {"x": 1}}"#, ["~ t: null → {x: 1}"]),
  ])
  func differencesAreNamed(_ before: String, _ after: String, _ expected: [String]) throws {
    #expect(try lines(before, after) == expected)
  }

  /// Whether they are the same nobody knows.
  @Test func whatIsHiddenIsNamed() throws {
    func hidden(_ before: String, _ after: String) throws -> [String] {
      let (old, new) = (Array(before.utf8), Array(after.utf8))
      return ConfigurationDifference(
        from: try JSONParser.parse(old.span, limit: 1 << 20),
        to: try JSONParser.parse(new.span, limit: 1 << 20)
      ).hidden
    }
    let secrets = #"""
      {"etcd": {"user": "u", "password": "***"},
       "routes": [{"headers": [{"name": "x-api-key", "value": "[*]{3}"}, {"name": "x", "value": "y"}]}]}
      """#
    let places = ["etcd.password", "routes[0].headers[x-api-key].value"]
    #expect(try hidden(secrets, secrets) == places)
    #expect(try hidden(secrets.replacing("\"u\"", with: "\"v\""), secrets) == places)
    #expect(try lines(secrets, secrets).isEmpty)
    // That it comes, goes or is plain on one side is a difference as any other.
    #expect(try hidden(#"{"etcd": {}}"#, secrets).isEmpty)
    #expect(try hidden(secrets, #"{"etcd": {"password": "p"}}"#).isEmpty)
  }

  private func text(_ words: Int, _ last: String = "") -> String {
    (0..<words).map { "word-\($0)" }.joined(separator: " ") + last
  }

  @Test func whatIsLongStandsBelowItsPlace() throws {
    let names = (0..<20).map { "\"h\($0).example\"" }.joined(separator: ", ")
    let after = """
      {"routes": [{"name": "shop", "hostnames": [\(names)], "rules": [{"name": "0", "timeouts": {"request": "1s"}},
      {"name": "1", "matches": [{"path": "\(text(30))"}]}]}], "services": [{"name": "a"}]}
      """
    let lines = try lines(#"{"routes": [], "services": [{"name": "a"}]}"#, after)
    #expect(lines.allSatisfy { $0.count <= DifferenceText.width && $0.hasPrefix("+ ") })
    #expect(lines.prefix(4) == ["+ routes[shop]:", "+   name: shop", "+   hostnames:", "+     - h0.example"])
    #expect(
      lines[23...25] == ["+   rules:", "+     - {name: 0, timeouts: {request: 1s}}", "+     - name: 1"])
    #expect(lines[26] == "+       matches:")
    #expect(lines[27].hasPrefix("+         - path: word-0 ") && lines[27].hasSuffix("…") && lines.count == 28)
  }

  @Test func ofLongTextsWhatIsDifferentIsSeen() throws {
    let before = #"{"f": "\#(text(40)) before \#(text(40))", "g": {"x": "\#(text(40))"}}"#
    let after = #"{"f": "\#(text(40)) after \#(text(40))", "g": 1}"#
    let lines = try lines(before, after)
    #expect(lines.allSatisfy { $0.count <= DifferenceText.width })
    #expect(lines.map { $0.prefix(2) } == ["~ ", "- ", "+ ", "~ ", "- ", "+ "])
    #expect(lines[0] == "~ f:" && lines[1].contains("word-39 before word-0"))
    #expect(lines[2].hasPrefix("+   …") && lines[2].contains("word-39 after word-0"))
    #expect(lines[3] == "~ g:" && lines[5] == "+   1")
  }

  @Test func whatIsSelfExplainingIsShort() throws {
    let name = String(repeating: "n", count: 500)
    #expect(try lines(#"{"h": []}"#, #"{"h": ["\#(name)"]}"#).allSatisfy { $0.count < 100 })
  }

  @Test func keysAreNamedOnce() throws {
    let (old, new) = (
      Array(#"{"a": 1, "b": {"c": 1, "d": 1}, "e": []}"#.utf8), Array(#"{"b": {}, "e": [1]}"#.utf8)
    )
    let difference = ConfigurationDifference(
      from: try JSONParser.parse(old.span, limit: 4096), to: try JSONParser.parse(new.span, limit: 4096))
    #expect(difference.keys == ["a", "b", "e"])
  }
}
