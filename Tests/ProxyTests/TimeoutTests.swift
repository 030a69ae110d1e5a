import Glibc
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

/// Peers that take their time.
@Suite struct TimeoutTests {
  /// Answers with a body that has no end.
  static func endless() -> Origin {
    Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n\(String(repeating: "x", count: 65536))\r\n".utf8)
      while true { try wire.send(chunk) }
    }
  }

  @Test func aConnectThatTakesTooLongIs504() throws {
    let full = FullListener()
    let proxy = try TestProxy(to: full.port, service: "connectTimeout: 100ms")
    let answer = try proxy.get()
    #expect(answer.status == 504)
    #expect(answer["proxy-status"]?.contains("connection_timeout") == true)
    #expect(eventually { proxy.service[.connectTimeout] == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func aHeadThatDribblesIs408() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {head: 150ms}")
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: ")
    // A byte now and then does not buy time.
    #expect(
      eventually {
        try? client.send("x")
        return client.readable > 0
      })
    let answer = try client.readMessage()
    #expect(answer.status == 408)
    #expect(answer["connection"] == "close")
    #expect(origin.connections == 0)
    #expect(proxy.comesToRest)
  }

  @Test func aSecondHeadThatDribblesIs408Too() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {head: 150ms}")
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTT")
    #expect(try client.readMessage().status == 200)
    #expect(try client.readMessage().status == 408)
    #expect(try client.readToEnd() == "")
  }

  @Test func aConnectionThatSaysNothingIsClosed() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {head: 100ms}")
    #expect(try proxy.connect().readToEnd() == "")
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  @Test func aKeptAliveConnectionIsClosedWhenItStaysIdle() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {downstreamIdle: 150ms}")
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange(ConnectionLimitTests.get).status == 200) }
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  @Test func aPooledConnectionIsClosedWhenItStaysIdle() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, service: "idleTimeout: 100ms")
    #expect(try proxy.get().status == 200)
    #expect(eventually { proxy.held.connections == 0 })
    #expect(proxy.comesToRest)
    #expect(try proxy.get().status == 200)
    #expect(origin.connections == 2)
  }

  @Test func aPooledConnectionMayStayForEver() throws {
    let origin = Origin(body: "x")
    let driven = try DrivenProxy(to: [origin.port], service: "idleTimeout: 0s")
    for _ in 0..<3 {
      #expect(try driven.exchange(ConnectionLimitTests.get, on: driven.connect()).status == 200)
      driven.pass(.seconds(86_400))
    }
    #expect(origin.connections == 1)
  }

  @Test func aBodyThatStopsComingIs408() throws {
    let ended = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      _ = try? wire.readToEnd()
      ended.open()
    }
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {exchangeIdle: 150ms}")
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
    let answer = try client.readMessage()
    #expect(answer.status == 408)
    #expect(answer["connection"] == "close")
    // The endpoint is not left waiting for the rest.
    ended.wait()
    #expect(proxy.comesToRest)
  }

  @Test func aBodyThatComesSlowlyMayTakeLongerThanTheIdleTimeout() throws {
    let origin = Origin { "HTTP/1.1 200 OK\r\nContent-Length: \($0.body.count)\r\n\r\n\($0.text)" }
    let driven = try DrivenProxy(
      to: [origin.port], settings: "timeouts: {exchangeIdle: 60s, request: 0s, body: 0s}")
    let client = try driven.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n")
    for _ in 0..<6 {
      let before = driven.metrics[.downstreamBytesReceived]
      try client.send("x")
      driven.run { driven.metrics[.downstreamBytesReceived] > before }
      driven.pass(.seconds(50))
    }
    driven.run { client.readable > 0 }
    #expect(try client.readMessage().text == "xxxxxx")
  }

  @Test func anAnswerThatStopsComingBreaksOff() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {exchangeIdle: 150ms}")
    let client = try proxy.connect()
    try client.send(ConnectionLimitTests.get)
    #expect(throws: Wire.Broken.read(ECONNRESET)) { _ = try client.readMessage() }
    #expect(eventually { proxy.service[.idleTimeout] == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func aClientThatStopsReadingIsCutOff() throws {
    let origin = Self.endless()
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {exchangeIdle: 200ms}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(ConnectionLimitTests.get)
    #expect(eventually { proxy.metrics.gauge(.exchanges) == 1 })
    #expect(proxy.comesToRest)
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  /// The whole answer is ours already, and the client does not fetch it.
  @Test func aClientThatStopsReadingTheEndIsCutOff() throws {
    let origin = Origin(body: String(repeating: "x", count: 8_000_000))
    let proxy = try TestProxy(
      to: origin.port, settings: "timeouts: {exchangeIdle: 300ms}\nlimits: {bufferSize: 32MiB}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(ConnectionLimitTests.get)
    #expect(eventually { proxy.held.connections == 1 && proxy.service.gauge(.connectionsIdle) == 1 })
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
    #expect(proxy.comesToRest)
  }

  /// The kernel holds megabytes of the answer and says nothing while they drain.
  @Test func aClientThatReadsSlowlyIsNotCutOff() throws {
    let size = 8_000_000
    let origin = Origin(body: String(repeating: "x", count: size))
    let driven = try DrivenProxy(
      to: [origin.port],
      settings: "timeouts: {exchangeIdle: 60s, request: 0s}\nlimits: {bufferSize: 32MiB}")
    let client = try driven.connect(receiveBuffer: 4096)
    try client.send(ConnectionLimitTests.get)
    driven.run { driven.metrics.services[0].gauge(.connectionsIdle) == 1 }
    #expect(try client.readHead().status == 200)
    var read = 0
    // Several timeouts long, at a rate that would take hours.
    for _ in 0..<40 {
      read += try client.read(count: 8_192).count
      driven.pass(.milliseconds(7_500))
    }
    client.widen()
    while read < size {
      driven.run { client.readable > 0 }
      read += try client.readSome(size - read).count
    }
    #expect(driven.metrics.services[0][.idleTimeout] == 0)
  }

  @Test func anEndpointThatReadsSlowlyIsNotGivenUp() throws {
    let size = 16 << 20
    let (steps, done) = (Notes(), Notes())
    let origin = Origin { wire, _ in
      wire.narrow()
      _ = try wire.readHead()
      var read = 0
      for step in 1...40 {
        guard eventually({ steps.count >= step }) else { return }
        read += try wire.read(count: 32_768).count
        done.add("")
      }
      _ = try wire.read(count: size - read)
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let driven = try DrivenProxy(
      to: [origin.port], settings: "timeouts: {exchangeIdle: 60s, request: 0s, body: 0s}")
    let client = try driven.connect()
    try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
    detach { try? client.send([UInt8](repeating: 120, count: size)) }
    for step in 1...40 {
      steps.add("")
      driven.run { done.count == step }
      driven.pass(.milliseconds(7_500))
    }
    driven.run { client.readable > 0 }
    #expect(try client.readMessage().text == "ok")
  }

  @Test func anEndpointThatStopsReadingIs504() throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      gate.wait()
    }
    defer { gate.open() }
    let proxy = try TestProxy(
      to: origin.port, service: BreakerTests.touchy, settings: "timeouts: {exchangeIdle: 300ms}")
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
    let chunk = [UInt8](repeating: 120, count: 1 << 20)
    detach { while (try? client.send(chunk)) != nil {} }
    #expect(try client.readMessage().status == 504)
    #expect(proxy.comesToRest)
    #expect(proxy.breaker == .open)
  }

  @Test func aTunnelThatStaysIdleIsClosed() throws {
    let origin = TunnelTests.echo()
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {tunnelIdle: 150ms}")
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    #expect(try client.readHead().status == 101)
    #expect(throws: Wire.Broken.read(ECONNRESET)) { _ = try client.readSome() }
    #expect(proxy.comesToRest)
  }
}
