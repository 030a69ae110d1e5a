import HTTP
import Telemetry
import Testing

struct TraceStateTests {
  private func state(_ values: [String]) -> [String] {
    forwarded([valid] + values.map { ("tracestate", $0) }, .tracestate)
  }

  private static let keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
  private static let valueCharacters = String(
    decoding: Array(UInt8(0x20)...0x7E).filter { $0 != 44 && $0 != 61 }, as: UTF8.self)

  @Test(arguments: [
    "foo=1", "foo=1,bar=2", "0a=1", "foo@bar=1", keyCharacters + "=" + valueCharacters,
    keyCharacters + "@a-z0-9_-*/=" + valueCharacters, "foo=1," + String(repeating: "z", count: 256) + "=1",
    "foo=" + String(repeating: "v", count: 256), "foo=1,foo=2",
  ])
  func passesUnchanged(_ value: String) {
    #expect(state([value]) == [value])
  }

  @Test(arguments: [
    "foo =1", "FOO=1", "foo.bar=1", "@foo=1,bar=2", "foo", "=1", "foo=", "foo=bar=baz", "foo=,bar=3",
    "foo=1," + String(repeating: "z", count: 257) + "=1", "foo=" + String(repeating: "v", count: 257),
    "foo=\u{7F}", "foo=grün",
  ])
  func isDroppedWholeWhereMalformed(_ value: String) {
    #expect(state([value]) == [])
    #expect(state(["good=1", value]) == [])
    // The trace goes on all the same.
    #expect(extract([valid, ("tracestate", value)]).follows)
  }

  @Test(arguments: [
    ("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"), ("foo=1,,bar=2", "foo=1,bar=2"),
    (",foo=1", "foo=1"),
    ("foo=1,", "foo=1"), ("foo= 1", "foo= 1"), (" foo=1\t", "foo=1"),
  ])
  func whiteSpaceAndEmptyMembersGo(_ value: String, _ expected: String) {
    #expect(state([value]) == [expected])
  }

  @Test func emptyIsNotSent() {
    #expect(state([""]) == [])
    #expect(state([" ,\t, "]) == [])
    #expect(state(["", ""]) == [])
    #expect(state(["foo=1", ""]) == ["foo=1"])
    #expect(state(["", "foo=1"]) == ["foo=1"])
  }

  @Test func severalFieldsAreJoinedInOrder() {
    #expect(state(["foo=1,bar=2", "rojo=1,congo=2", "baz=3"]) == ["foo=1,bar=2,rojo=1,congo=2,baz=3"])
  }

  @Test func thirtyTwoMembersPassThirtyThreeDoNot() {
    let members = (1...33).map { "bar\($0)=\($0)" }
    let most = members.prefix(32).joined(separator: ",")
    #expect(state([most]) == [most])
    #expect(
      state([members.prefix(10).joined(separator: ","), members[10..<32].joined(separator: ",")]) == [most])
    #expect(state([members.joined(separator: ",")]) == [])
    #expect(state([most, members[32]]) == [])
    // Empty ones do not count.
    #expect(state([most + ",,,"]) == [most])
  }

  @Test func over512BytesLongMembersGoFirst() {
    let long = "long=" + String(repeating: "x", count: 200)
    let members = (0..<10).map { "k\($0)=" + String(repeating: "v", count: 37) }
    let short = members.joined(separator: ",")
    #expect(short.utf8.count == 409)
    #expect(state(["\(long),\(short)"]) == [short])
    #expect(state([short, long]) == [short])
    // Within the bound a long one stays.
    #expect(state([long]) == [long])
  }

  @Test func over512BytesTheLastMembersGo() {
    let members = (0..<15).map { "k\($0)=" + String(repeating: "v", count: 40) }
    let kept = state([members.joined(separator: ",") + ",z=1"])
    #expect(kept == [members.prefix(11).joined(separator: ",")])
    #expect(kept[0].utf8.count <= 512)
  }

  @Test func exactly512BytesPass() {
    // 128 is not yet long.
    let members = (0..<3).map { "k\($0)=" + String(repeating: "v", count: 125) }
    let all = members.joined(separator: ",") + ",last=" + String(repeating: "v", count: 120)
    #expect(all.utf8.count == 512)
    #expect(state([all]) == [all])
    #expect(state([all + "v"]) == [members.joined(separator: ",")])
  }

  @Test func onlyLongMembersLeaveNothing() {
    let long = "k=" + String(repeating: "x", count: 200)
    #expect(state(["a\(long),b\(long),c\(long)"]) == [])
  }

  @Test func goesWithoutTraceparent() {
    #expect(forwarded([("tracestate", "foo=1")], .tracestate) == [])
    #expect(forwarded([("tracestate", "foo=1")], .tracestate, configured: .w3c) == [])
    // Another format's trace has no right to it either.
    #expect(forwarded([("tracestate", "foo=1"), ("b3", "\(traceID)-\(spanID)-1")], .tracestate) == [])
  }
}
