import Primitives
import Testing

@testable import apus

@Suite struct TakeoverMessageTests {
  static let address = SocketAddress.v4(address: 0x7F00_0001, port: 8080)

  @Test(
    arguments: [
      .hello(protocol: 1, version: "0.9.0", seconds: 15), .hello(protocol: 7, version: "", seconds: 1),
      .listener(name: "public", wanted: address), .listener(name: "", wanted: .unix(path: "/run/a b\n.sock")),
      .listener(name: "v6", wanted: .v6(high: 0, low: 1, port: 0)), .admin(wanted: address), .door,
      .end(version: "0.9.0"), .taken(listeners: [], admin: false),
      .taken(listeners: [0, 2, 11], admin: true),
      .ready, .go, .serving(registration: []),
      .serving(registration: ["/services/a", "127.0.0.1:8080", "http://etcd:2379/"]),
      .serving(registration: [""]), .no(reason: "it is draining"),
    ] as [TakeoverMessage])
  func whatIsSaidIsUnderstood(_ message: TakeoverMessage) {
    #expect(TakeoverMessage(message.bytes) == message)
  }

  /// Fields that a later version appends are no reason to stop.
  @Test(
    arguments: [
      (
        .hello(protocol: 1, version: "2.0.0", seconds: 15), "apus-takeover\0\u{31}\0\u{32}.0.0\0\u{31}5\0more"
      ),
      (.listener(name: "a", wanted: address), "listener\0a\0\u{31}27.0.0.1:8080\0tls"),
      (.serving(registration: ["k"]), "serving\0\u{31}\0k\0more"), (.go, "go\0now"),
      (.taken(listeners: [3], admin: true), "taken\0\u{33}\0admin\0more"),
    ] as [(TakeoverMessage, String)])
  func whatFollowsIsNotLookedAt(_ message: TakeoverMessage, _ text: String) {
    #expect(TakeoverMessage(Array(text.utf8)) == message)
  }

  @Test(arguments: [
    "", "\0", "GET / HTTP/1.1\r\n\r\n", "apus-takeover", "apus-takeover\0\u{31}",
    "apus-takeover\0one\0v\0\u{31}5",
    "apus-takeover\0\u{30}\0v\0\u{31}5", "apus-takeover\0\u{31}\0v\0\u{30}", "apus-takeover\0\u{31}\0v",
    "listener\0a",
    "listener\0a\0nowhere", "admin", "admin\0:99999", "end", "taken", "taken\0\u{31},x\0", "taken\0-1\0",
    "taken\0\u{31}", "serving", "serving\0\u{32}\0one", "serving\0-1", "no", "GO",
  ])
  func whatIsNoneIsNothing(_ text: String) { #expect(TakeoverMessage(Array(text.utf8)) == nil) }

  @Test func noise() {
    var random = Random(seed: 11)
    let words = ["apus-takeover", "listener", "taken", "serving", "no", "admin"]
    for _ in 0..<20_000 {
      var bytes = Array(words[Int(random.next() % UInt64(words.count))].utf8) + [0]
      for _ in 0..<Int(random.next() % 20) { bytes.append(UInt8(truncatingIfNeeded: random.next() % 64)) }
      if let message = TakeoverMessage(bytes) { #expect(TakeoverMessage(message.bytes) == message) }
    }
  }
}
