import JSON
import Primitives
import Testing

@testable import Discovery

@Suite struct JSONObjectStreamTests {
  private static let events = #"{"a":"}{\"][","b":[{"c":1}]}"# + "\n \r\n" + #"{"d":{}}{"e":"\\"}"#
  private static let list =
    #"{"x":{"y":[1,2]},"items":[{"n":"1,2"},{"n":[{}, 3]} , {"n":"]"}],"metadata":{"continue":"c","z":["q"]}}"#

  /// - Parameter cut: bytes at a time; 0: at random.
  private func read(_ text: String, _ stream: inout JSONObjectStream, cut: Int, seed: UInt64 = 1) throws
    -> [JSONNode]
  {
    var random = Random(seed: seed)
    var found: [JSONNode] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(cut == 0 ? 1 + random.next(below: 9) : cut))
      rest = rest.dropFirst(piece.count)
      found += try stream.receive(piece.span)
    }
    return found
  }

  @Test(arguments: [1, 2, 3, 0, 1000]) func eventsComeOneByOneHoweverCut(cut: Int) throws {
    var stream = JSONObjectStream(.sequence)
    let found = try read(Self.events, &stream, cut: cut)
    #expect(found.count == 3)
    #expect(found.first?["a"]?.string == "}{\"][")
    #expect(found.last?["e"]?.string == "\\")
    let isComplete = stream.isComplete
    #expect(isComplete)
  }

  @Test(arguments: [1, 2, 3, 0, 1000]) func itemsComeOneByOneHoweverCut(cut: Int) throws {
    var stream = JSONObjectStream(.list)
    let found = try read(Self.list, &stream, cut: cut)
    #expect(found.count == 3)
    #expect(found.first?["n"]?.string == "1,2")
    #expect(found.last?["n"]?.string == "]")
    let rest = try stream.rest()
    #expect(rest["metadata"]?["continue"]?.string == "c")
    #expect(rest["metadata"]?["z"]?.array?.count == 1)
    #expect(rest["x"]?["y"]?.array?.count == 2)
    #expect(rest["items"]?.array?.isEmpty == true)
  }

  @Test(arguments: ["]", "}", "x", #"{"a":]"#, #"{"a":[}"#, #"{"a" 1}"#, String(repeating: "[", count: 40)])
  func nonsenseIsRefused(_ text: String) {
    var stream = JSONObjectStream(.sequence)
    #expect(throws: JSONFault.self) { _ = try read(text, &stream, cut: 1) }
  }

  @Test func whatIsTooLargeIsRefused() {
    var stream = JSONObjectStream(.sequence, limit: 20)
    #expect(throws: JSONFault(.tooLarge, at: 20)) {
      _ = try read(#"{"a":"01234567890123456789"}"#, &stream, cut: 5)
    }
    var list = JSONObjectStream(.list, limit: 30)
    #expect(throws: JSONFault(.tooLarge, at: 30)) {
      _ = try read(#"{"metadata":{"name":"01234567890123456789"}"#, &list, cut: 5)
    }
  }
}
