import Testing

@testable import apus

@Suite struct TakeoverOptionsTests {
  static func parse(_ arguments: [String: String]) throws -> TakeoverOptions {
    try TakeoverOptions(ParsedArguments(options: arguments.mapValues { [$0] }), command: "run")
  }

  /// A process offers its sockets whether it takes any or not: its successor is not known when it starts.
  @Test func bothMeetAtTheSamePath() throws {
    let (first, second) = (
      try Self.parse(["config": "/etc/apus.yaml"]),
      try Self.parse(["config": "/etc/apus.yaml", "takeover": ""])
    )
    #expect(first.path == second.path && first.path?.hasSuffix(".sock") == true)
    #expect(!first.isWanted && second.isWanted && !first.isTold)
    #expect(try Self.parse(["config": "/etc/other.yaml"]).path != first.path)
    let quick = try Self.parse(["listen": ":8080", "upstream": "127.0.0.1:1"])
    #expect(quick.path != nil && quick.path != first.path)
  }

  @Test func aPathIsTold() throws {
    let options = try Self.parse(["config": "a", "takeover": "", "takeover-at": "/run/a.sock"])
    #expect(options.path == "/run/a.sock" && options.isTold && options.isWanted)
    #expect(try Self.parse(["config": "a", "takeover-at": "off"]).path == nil)
    // Nothing says that two of these are the same.
    #expect(try Self.parse(["config": "-"]).path == nil)
  }

  @Test(arguments: [
    ["config": "a", "takeover": "", "takeover-at": "off"], ["config": "-", "takeover": ""],
    ["config": "a", "takeover-at": String(repeating: "a", count: 108)],
  ]) func whatCannotBeIsRefused(_ arguments: [String: String]) {
    #expect(throws: UsageError.self) { try Self.parse(arguments) }
  }
}
