import HTTP
import Telemetry
import Testing

/// Requests that an endpoint has surely not processed are sent again, whatever their method, and without a rule that says so
/// (RFC 9113, section 8.7).
@Suite struct HTTP2RefusedRequestTests {
  private static let body = Array("hello".utf8)

  /// How an endpoint may refuse.
  enum Refusal: CaseIterable {
    case reset, goAway

    func send(to call: HTTP2Call) throws {
      switch self {
      case .reset: try call.reset(.refusedStream)
      case .goAway: try call.peer.wire.send([0, 0, 8, 7] + [UInt8](repeating: 0, count: 13))
      }
    }
  }

  /// Refuses the first call of all, and answers each other one with its body.
  private static func origin(_ refusal: Refusal, _ refuses: @escaping @Sendable (Int) -> Bool) -> HTTP2Origin
  {
    let calls = Noted<Int32>()
    return HTTP2Origin { call in
      calls.note(call.id ?? 0)
      if refuses(calls.all.count) { return try refusal.send(to: call) }
      let message = try call.whole()
      try call.respond()
      call.send(message.body)
      call.end()
    }
  }

  /// On a connection that was just opened, too.
  @Test(arguments: Refusal.allCases) func aBodyIsSentAgain(_ refusal: Refusal) throws {
    let origin = Self.origin(refusal) { $0 == 1 }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let answer = try proxy.connectHTTP2().exchange("POST", body: Self.body)
    #expect(answer.status == 200 && answer.body == Self.body)
    #expect(proxy.comesToRest)
  }

  /// One endpoint of two refuses everything: the other one is healthy.
  @Test(arguments: Refusal.allCases) func itGoesElsewhere(_ refusal: Refusal) throws {
    let refusing = Self.origin(refusal) { _ in true }
    let healthy = Self.origin(refusal) { _ in false }
    let proxy = try TestProxy(toHTTP2: refusing.port, healthy.port)
    let client = try proxy.connectHTTP2()
    for _ in 0..<6 { #expect(try client.exchange("POST", body: Self.body).status == 200) }
    #expect(proxy.comesToRest)
  }

  /// How many streams an endpoint takes is known when the first have been sent.
  @Test func fewerStreamsThanWereBegun() throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 2
    let origin = HTTP2Origin(settings) { call in
      _ = try call.whole()
      try call.respond(ends: true)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    let calls = try (0..<20).map { _ in
      let call = try client.start("POST", ends: false)
      call.send(Self.body)
      call.end()
      return call
    }
    for call in calls { #expect(try call.whole().status == 200) }
    #expect(proxy.comesToRest)
  }

  /// An endpoint that takes no stream at present is waited for.
  @Test func noneAtPresent() throws {
    @Sendable func settings(streams: UInt8) -> [UInt8] {
      [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, streams]
    }
    let origin = Origin { wire, _ in
      var requests = RequestFrames()
      try wire.send(settings(streams: 0))
      while requests.count < 1 { requests.add(try wire.readSome()) }
      try wire.send([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7] + settings(streams: 10))
      while requests.count < 2 { requests.add(try wire.readSome()) }
      try wire.send([0, 0, 1, 1, 5, 0, 0, 0, 3, 0x88])
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    #expect(try proxy.connectHTTP2().exchange("POST", body: Self.body).status == 200)
    #expect(origin.connections == 1)
  }

  /// The same where it says so only later, and others ask meanwhile.
  @Test func noneForAWhile() throws {
    let proxy = Noted<TestProxy>()
    let origin = Origin { wire, _ in
      var requests = RequestFrames()
      try wire.send([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0])
      while requests.count < 1 { requests.add(try wire.readSome()) }
      try wire.send([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7])
      _ = eventually { proxy.all.first?.held.pending == 2 }
      try wire.send([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 10])
      while requests.count < 3 { requests.add(try wire.readSome()) }
      try wire.send([0, 0, 1, 1, 5, 0, 0, 0, 3, 0x88] + [0, 0, 1, 1, 5, 0, 0, 0, 5, 0x88])
      _ = try wire.readToEnd()
    }
    proxy.note(try TestProxy(toHTTP2: origin.port))
    let client = try proxy.all[0].connectHTTP2()
    let first = try client.start()
    #expect(eventually { proxy.all[0].held.pending == 1 })
    let second = try client.start()
    #expect(try first.whole().status == 200)
    #expect(try second.whole().status == 200)
    #expect(origin.connections == 1)
  }
}

/// Counts the requests among a client's frames.
private struct RequestFrames {
  private var bytes: [UInt8] = []

  mutating func add(_ more: [UInt8]) { bytes += more }

  var count: Int {
    var count = 0
    var offset = 24
    while offset + 9 <= bytes.count {
      if bytes[offset + 3] == 1 { count += 1 }
      offset += 9 + Int(bytes[offset]) << 16 + Int(bytes[offset + 1]) << 8 + Int(bytes[offset + 2])
    }
    return count
  }
}
