import HTTP
import Policy
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A timeout on a connection to an endpoint on which nothing at all has come: it may lead nowhere any more. Pings are off.
@Suite struct HTTP2SuspectTests {
  private static let service = "protocol: h2, http2: {pingTimeout: 3s}"
  private static let one = "protocol: h2, http2: {pingTimeout: 30s}, circuitBreaker: {maxConnections: 1}"
  private static let settings = "timeouts: {request: 10s}"
  private static let retries =
    "retry: {on: [reset], backoff: {base: 1ms, max: 1ms}}, timeouts: {request: 10m, backendRequest: 10s}"

  private static func request(_ path: String, _ method: String = "GET") -> String {
    "\(method) \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
  }

  /// Its first connection answers one request and then nothing, not even PINGs, as if the host had vanished.
  private static func vanishing() -> Origin {
    Origin { wire, number in
      let peer = HTTP2Peer(.server, wire)
      while let call = try peer.accept() {
        try call.respond(200, ends: true)
        if number == 0 { _ = try wire.readToEnd() }
      }
    }
  }

  /// Answers everything but `/slow`, and that it does not answer at all; PINGs it does, unless `gate` is shut.
  private static func slow(_ gate: Gate) -> HTTP2Origin {
    HTTP2Origin { call in
      if try call.head().startLine.contains("slow") { return gate.wait() }
      try call.respond(200, ends: true)
    }
  }

  private func connections(of driven: DrivenProxy) -> Int { driven.worker.http2Upstreams.count }

  /// A request has gone out on the only connection.
  private func send(_ path: String, _ method: String = "GET", on client: Wire, _ driven: DrivenProxy) throws {
    let before = driven.metrics[.upstreamBytesSent]
    try client.send(Self.request(path, method))
    driven.run { driven.metrics[.upstreamBytesSent] > before }
  }

  private func answer(to client: Wire, _ driven: DrivenProxy) throws -> Int {
    driven.run { client.readable > 0 }
    return try client.readMessage().status
  }

  @Test func theNextRequestGetsAnotherConnection() throws {
    let origin = Self.vanishing()
    let driven = try DrivenProxy(to: [origin.port], service: Self.service, settings: Self.settings)
    let client = try driven.connect()
    #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    try send("/", on: client, driven)
    driven.pass(.milliseconds(10_100))
    #expect(try answer(to: client, driven) == 504)
    #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    #expect(origin.connections == 2 && connections(of: driven) == 2)
    driven.pass(.milliseconds(3_100))
    driven.run { connections(of: driven) == 1 }
    #expect(connections(of: driven) == 1)
    #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    #expect(origin.connections == 2)
  }

  /// When the PING fails they are lost, as with any connection: what may be sent again is, elsewhere.
  @Test(arguments: [("GET", 200), ("POST", 502)])
  func theOthersOnItAreGivenUpToo(_ method: String, _ status: Int) throws {
    let origin = Self.vanishing()
    let driven = try DrivenProxy(to: [origin.port], service: Self.service, settings: Self.settings)
    let (first, second) = (try driven.connect(), try driven.connect())
    #expect(try driven.exchange(Self.request("/"), on: first).status == 200)
    try send("/", on: first, driven)
    driven.pass(.seconds(5))
    try send("/", method, on: second, driven)
    driven.pass(.milliseconds(5_100))
    #expect(try answer(to: first, driven) == 504)
    #expect(second.readable == 0)
    driven.pass(.milliseconds(3_100))
    #expect(try answer(to: second, driven) == status)
  }

  @Test(arguments: [service, one]) func aRetryGetsAnotherConnection(_ service: String) throws {
    let origin = Self.vanishing()
    let driven = try DrivenProxy(to: [origin.port], rule: Self.retries, service: service)
    let client = try driven.connect()
    #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    try send("/", on: client, driven)
    driven.pass(.milliseconds(10_100))
    driven.pass(.milliseconds(10))
    #expect(try answer(to: client, driven) == 200)
    #expect(origin.connections == 2)
    #expect(driven.metrics.services[0][.perTryTimeout] == 1)
  }

  @Test func anAnswerThatStopsForGoodMakesItSuspectToo() throws {
    let origin = Origin { wire, number in
      let peer = HTTP2Peer(.server, wire)
      while let call = try peer.accept() {
        try call.respond(200, ends: number > 0)
        if number == 0 { _ = try wire.readToEnd() }
      }
    }
    let driven = try DrivenProxy(
      to: [origin.port], service: Self.service, settings: "timeouts: {request: 10m, exchangeIdle: 10s}")
    let client = try driven.connect()
    try client.send(Self.request("/"))
    driven.run { client.readable > 0 }
    for _ in 0..<3 { driven.pass(.seconds(6)) }
    #expect(driven.metrics[.idleTimeout] == 1)
    #expect(try driven.exchange(Self.request("/"), on: try driven.connect()).status == 200)
    #expect(origin.connections == 2)
  }

  @Test func oneThatIsMerelySlowGoesOnBeingUsed() throws {
    let gate = Gate()
    gate.open()
    let origin = Self.slow(gate)
    let driven = try DrivenProxy(to: [origin.port], service: Self.service, settings: Self.settings)
    let client = try driven.connect()
    #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    for _ in 0..<3 {
      try send("/slow", on: client, driven)
      let before = driven.metrics[.upstreamBytesReceived]
      driven.pass(.milliseconds(10_100))
      #expect(try answer(to: client, driven) == 504)
      driven.run { driven.metrics[.upstreamBytesReceived] > before }
      #expect(driven.metrics[.upstreamBytesReceived] > before)
      driven.pass(.milliseconds(3_100))
      #expect(try driven.exchange(Self.request("/"), on: client).status == 200)
    }
    #expect(origin.connections == 1 && connections(of: driven) == 1)
  }

  /// The connection has answered others since: no PING.
  @Test func oneThatServesOthersIsNotAsked() throws {
    let gate = Gate()
    gate.open()
    let origin = Self.slow(gate)
    let driven = try DrivenProxy(to: [origin.port], service: Self.service, settings: Self.settings)
    let (waiting, busy) = (try driven.connect(), try driven.connect())
    #expect(try driven.exchange(Self.request("/"), on: busy).status == 200)
    try send("/slow", on: waiting, driven)
    driven.pass(.seconds(5))
    #expect(try driven.exchange(Self.request("/"), on: busy).status == 200)
    driven.pass(.milliseconds(5_100))
    #expect(try answer(to: waiting, driven) == 504)
    #expect(!(driven.worker.http2Upstreams.all.first?.health.isSuspect ?? true))
    #expect(try driven.exchange(Self.request("/"), on: busy).status == 200)
    #expect(origin.connections == 1)
  }

  /// Where there can be no other connection, the answer to the PING lets those through that have waited for one.
  @Test func whoWaitsMeanwhileIsServedOnceItSpeaks() throws {
    let gate = Gate()
    let origin = Self.slow(gate)
    let driven = try DrivenProxy(to: [origin.port], service: Self.one, settings: Self.settings)
    let (first, second, third) = (try driven.connect(), try driven.connect(), try driven.connect())
    #expect(try driven.exchange(Self.request("/"), on: third).status == 200)
    try send("/slow", on: first, driven)
    // Else the PING might be there before the endpoint has stopped to listen.
    driven.run { gate.isAwaited }
    driven.pass(.seconds(5))
    try send("/slow", on: second, driven)
    driven.pass(.milliseconds(5_100))
    #expect(try answer(to: first, driven) == 504)
    try third.send(Self.request("/"))
    driven.run { driven.metrics.services[0][.pending] == 1 }
    #expect(driven.metrics.services[0][.pending] == 1)
    gate.open()
    #expect(try answer(to: third, driven) == 200)
    #expect(origin.connections == 1)
  }
}
