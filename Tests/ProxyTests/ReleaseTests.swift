import Proxy
import Telemetry
import Testing

/// However and wherever an exchange ends, everything that it held is given back.
@Suite struct ReleaseTests {
  /// Where the exchange is.
  enum Stage: String, CaseIterable {
    case queued, connecting, waiting, streaming, uploading, backingOff, tunnel, readingHead
  }
  /// What ends it there.
  enum Ending: String, CaseIterable {
    case clientResets, timesOut, proxyStops, endpointStops
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let stage: Stage
    let ending: Ending
    var testDescription: String { "\(stage.rawValue), then \(ending.rawValue)" }
  }

  static let cases = Stage.allCases.flatMap { stage in Ending.allCases.map { Case(stage: stage, ending: $0) }
  }

  @Test(arguments: cases) func everythingIsGivenBack(_ test: Case) throws {
    let arrived = Notes()
    let origin = Origin { wire, _ in
      let head = try wire.readHead()
      arrived.add(head.startLine)
      switch test.stage {
      case .streaming: try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      case .backingOff: try wire.send("HTTP/1.1 503 No\r\nRetry-After: 4\r\nContent-Length: 0\r\n\r\n")
      case .tunnel: try wire.send(TunnelTests.agree)
      default: break
      }
      _ = try wire.readToEnd()
    }
    let full = FullListener()
    let isShort = test.ending == .timesOut
    let proxy = try TestProxy(
      to: test.stage == .connecting ? full.port : origin.port,
      rule:
        "retry: {on: [5xx]}, timeouts: {request: \(isShort && test.stage != .streaming ? "300ms" : "30s")}",
      service:
        "connectTimeout: 20s, circuitBreaker: {maxConnections: 1, failureRate: 100%, minimumRequests: 100}",
      settings: isShort ? "timeouts: {head: 200ms, exchangeIdle: 300ms, tunnelIdle: 200ms}" : "")
    let client = try proxy.connect()
    switch test.stage {
    case .queued:
      try client.send(ConnectionLimitTests.get)
      #expect(eventually { arrived.count == 1 })
      let second = try proxy.connect()
      try second.send(ConnectionLimitTests.get)
      #expect(eventually { proxy.held.pending == 1 || isShort })
      try end(test.ending, proxy, origin, second)
      // Only then the one that was waited for.
      if test.ending == .clientResets {
        #expect(eventually { proxy.held.pending == 0 && proxy.held.requests == 1 })
      }
    case .connecting:
      try client.send(ConnectionLimitTests.get)
      #expect(eventually { proxy.held.connections == 1 })
    case .waiting:
      try client.send(ConnectionLimitTests.get)
      #expect(eventually { arrived.count == 1 })
    case .streaming:
      try client.send(ConnectionLimitTests.get)
      _ = try client.read(until: "half")
    case .uploading:
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
      #expect(eventually { arrived.count == 1 })
    case .backingOff:
      try client.send(ConnectionLimitTests.get)
      #expect(eventually { proxy.held.retries == 1 || isShort })
    case .tunnel:
      try client.send(TunnelTests.ask)
      #expect(try client.readHead().status == 101)
      try client.send("abc")
    case .readingHead:
      try client.send("GET / HTTP/1.1\r\nHos")
      #expect(eventually { proxy.metrics.gauge(.exchanges) == 1 })
    }
    try end(test.ending, proxy, origin, client)
    if test.ending == .endpointStops, [.connecting, .readingHead, .backingOff, .tunnel].contains(test.stage) {
      client.reset()
    }
    #expect(proxy.comesToRest, "\(proxy.leaks)")
    if test.ending == .proxyStops {
      #expect(proxy.metrics.gauge(.downstreamConnections) == 0)
      #expect(proxy.held.connections == 0)
    }
  }

  private func end(_ ending: Ending, _ proxy: TestProxy, _ origin: Origin, _ client: Wire) throws {
    switch ending {
    case .clientResets: client.reset()
    case .timesOut: break
    case .proxyStops:
      proxy.server.stop()
      proxy.server.join()
    case .endpointStops: origin.stop()
    }
  }
}
