import JSON
import Testing

@testable import apus

@Suite struct ConfigurationDifferenceTests {
  private func lines(_ before: String, _ after: String) throws -> [String] {
    let (old, new) = (Array(before.utf8), Array(after.utf8))
    return ConfigurationDifference(
      from: try JSONParser.parse(old.span, limit: 4096), to: try JSONParser.parse(new.span, limit: 4096)
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
      ["~ s.x.v: 1 → 2", "- s.y", #"+ s.z: {name: z, v: ""}"#]
    ),
    (
      #"{"e": [{"address": "1:1", "weight": 1}]}"#, #"{"e": [{"address": "1:1", "weight": 2}]}"#,
      ["~ e.1:1.weight: 1 → 2"]
    ),
    (
      #"{"r": [{"name": "a"}, {"name": "b"}]}"#, #"{"r": [{"name": "b"}, {"name": "a"}]}"#,
      ["~ r: in another order"]
    ),
    (
      #"{"m": [{"v": 1}, {"v": 2}]}"#, #"{"m": [{"v": 1}, {"v": 3}, {"v": 4}]}"#,
      ["~ m[1].v: 2 → 3", "+ m[2]: {v: 4}"]
    ),
    (#"{"h": ["a", "b"]}"#, #"{"h": ["b"]}"#, ["~ h[0]: a → b", "- h[1]"]),
    (#"{"t": null}"#, #"{"t": {"x": 1}}"#, ["~ t: null → {x: 1}"]),
  ])
  func differencesAreNamed(_ before: String, _ after: String, _ expected: [String]) throws {
    #expect(try lines(before, after) == expected)
  }
}
