import Telemetry
import Testing

/// Nothing that a server sends behind one answer is ever taken for the next one.
@Suite struct AnswerBoundaryTests {
  static let read = 65536

  /// An answer of exactly `count` bytes, its head included.
  static func answer(of count: Int) -> String {
    func head(_ body: Int) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(body)\r\n\r\n" }
    let body = count - head(count - 100).utf8.count
    return head(body) + String(repeating: "x", count: body)
  }

  /// Answers the first request of its first connection with `first`, all others with `ok`.
  static func origin(first: String) -> Origin {
    Origin { wire, number in
      var isFirst = number == 0
      while true {
        _ = try wire.readMessage()
        try wire.send(isFirst ? first : StaleConnectionTests.ok)
        isFirst = false
      }
    }
  }

  /// The answer fills one read to the last byte, so that what stands behind it is still in the kernel when it ends.
  @Test func bytesBehindAnAnswerThatFillsAReadAreNoAnswer() throws {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"
    let origin = Self.origin(first: Self.answer(of: Self.read) + evil)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(ConnectionLimitTests.get).status == 200)
    for _ in 0..<3 { #expect(try client.exchange(ConnectionLimitTests.get).text == "ok") }
    #expect(origin.connections == 2)
    #expect(proxy.comesToRest)
  }

  /// Somebody waits for the connection: it is looked at all the same before it is handed on.
  @Test func bytesBehindAnAnswerAreNotGivenToWhoeverWaits() throws {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"
    let gate = Gate()
    let origin = Origin { wire, number in
      _ = try wire.readMessage()
      if number == 0 {
        gate.wait()
        try wire.send(Self.answer(of: Self.read) + evil)
      } else {
        try wire.send(StaleConnectionTests.ok)
      }
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let (first, second) = (try proxy.connect(), try proxy.connect())
    try first.send(ConnectionLimitTests.get)
    #expect(eventually { proxy.held.connections == 1 })
    try second.send(ConnectionLimitTests.get)
    #expect(eventually { proxy.held.pending == 1 })
    gate.open()
    #expect(try first.readMessage().status == 200)
    #expect(try second.readMessage().text == "ok")
    #expect(proxy.comesToRest)
  }

  /// Where nothing stands behind it the connection serves on.
  @Test func anAnswerThatFillsAReadLeavesAConnectionThatServesOn() throws {
    let origin = Self.origin(first: Self.answer(of: Self.read))
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(ConnectionLimitTests.get).status == 200)
    #expect(eventually { proxy.service.gauge(.connectionsIdle) == 1 })
    #expect(try client.exchange(ConnectionLimitTests.get).text == "ok")
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }
}
