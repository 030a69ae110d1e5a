import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// An end and trailers need no window (RFC 9113, section 6.9): they reach who has used up its window to the last byte.
@Suite struct HTTP2EndTests {
  /// Nothing is given back of it before the message is whole.
  private static var window: HTTP2Settings {
    var settings = HTTP2Settings()
    settings.initialStreamWindow = 10
    return settings
  }

  private static let body = "0123456789"

  /// How an answer over HTTP/1.1 goes on behind its body.
  struct Ending: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let head: String
    let end: String
    let trailers: [String]

    static let all = [
      Ending(testDescription: "the last chunk", head: chunked, end: "0\r\n\r\n", trailers: []),
      Ending(testDescription: "trailers", head: chunked, end: "0\r\nx-sum: 1\r\n\r\n", trailers: ["1"]),
      Ending(
        testDescription: "trailers that come in many reads", head: chunked,
        end: "0\r\nx-sum: \(String(repeating: "1", count: 2000))\r\n\r\n",
        trailers: [String(repeating: "1", count: 2000)]),
      Ending(
        testDescription: "the connection's end", head: "HTTP/1.1 200 OK\r\n\r\n\(body)", end: "",
        trailers: []),
    ]
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n\(body)\r\n"
  }

  @Test(arguments: Ending.all) func ofAnAnswerFromHTTP1(_ ending: Ending) throws {
    let mayEnd = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(ending.head)
      mayEnd.wait()
      try wire.send(ending.end)
    }
    let proxy = try TestProxy(to: origin.port)
    let call = try proxy.connectHTTP2(Self.window).start()
    call.holdsWindow = true
    #expect(try call.body(atLeast: 10) == Array(Self.body.utf8))
    mayEnd.open()
    let answer = try call.whole()
    #expect(answer.text == Self.body && answer.trailers.map(\.value) == ending.trailers)
    #expect(call.id == nil)
  }

  @Test(arguments: [[], [("grpc-status", "0")]]) func ofAnAnswerFromHTTP2(_ trailers: [(String, String)])
    throws
  {
    let mayEnd = Gate()
    let origin = HTTP2Origin { call in
      try call.respond()
      call.send(Self.body)
      try call.peer.flush()
      mayEnd.wait()
      call.end(trailers)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let call = try proxy.connectHTTP2(Self.window).start()
    call.holdsWindow = true
    #expect(try call.body(atLeast: 10) == Array(Self.body.utf8))
    mayEnd.open()
    #expect(try call.whole().trailers.map(\.name) == trailers.map(\.0))
    #expect(call.id == nil)
  }

  @Test(arguments: ["", "x-sum: 1\r\n"]) func ofARequest(_ trailers: String) throws {
    let hasBody = Gate()
    let origin = HTTP2Origin(Self.window) { call in
      call.holdsWindow = true
      _ = try call.body(atLeast: 10)
      hasBody.open()
      let request = try call.whole()
      try call.respond(200, [("got", request.text + (request.trailer("x-sum") ?? ""))], ends: true)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n\(Self.body)\r\n")
    hasBody.wait()
    try client.send("0\r\n\(trailers)\r\n")
    #expect(try client.readMessage()["got"] == Self.body + (trailers.isEmpty ? "" : "1"))
  }

  /// Of a tunnel everything may be the end. What is not goes before it.
  @Test(arguments: ["", "and more"]) func ofATunnel(_ last: String) throws {
    let mayEnd = Gate()
    let received = Noted<UInt64>()
    let origin = Origin { wire, _ in
      let key = try wire.readMessage()["sec-websocket-key"] ?? ""
      let head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: \(WebSocketTests.acceptFor(key))\r\n\r\n"
      try wire.send(head + Self.body)
      received.note(UInt64(head.utf8.count + Self.body.utf8.count + last.utf8.count))
      mayEnd.wait()
      try wire.send(last)
      wire.finish()
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let call = try WebSocketTests.connect(proxy.connectHTTP2(Self.window))
    call.holdsWindow = true
    #expect(try call.body(atLeast: 10) == Array(Self.body.utf8))
    mayEnd.open()
    #expect(eventually { proxy.metrics[.upstreamBytesReceived] == received.all.first })
    if !last.isEmpty { call.holdsWindow = false }
    #expect(try call.whole().text == Self.body + last)
    call.end()
    try call.peer.flush()
    #expect(proxy.comesToRest)
  }

  /// More of the body than the window takes is not read ahead of it, but for a few bytes that might have been the end.
  @Test func whatIsNoEndWaits() throws {
    let begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n\(Self.body)\r\n"
    let mayGoOn = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(begun)
      mayGoOn.wait()
      try wire.send("2000\r\n" + String(repeating: "x", count: 0x2000) + "\r\n0\r\n\r\n")
    }
    let driven = try DrivenProxy(to: [origin.port])
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 10) + RawHTTP2.get(1))
    driven.run { driven.metrics[.upstreamBytesReceived] == UInt64(begun.utf8.count) }
    mayGoOn.open()
    driven.run { driven.metrics[.upstreamBytesReceived] > UInt64(begun.utf8.count) }
    driven.pass(.milliseconds(1))
    #expect(driven.metrics[.upstreamBytesReceived] == UInt64(begun.utf8.count) + 64)
    try client.send(RawHTTP2.windowUpdate(1, 0xffff))
    driven.run { driven.finished == 1 }
    #expect(driven.finished == 1)
  }
}
