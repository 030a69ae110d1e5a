import HTTP
import Telemetry
import Testing

/// A client may reset what it asked for as soon as it has asked: what that leaves on the way to the endpoint has a bound,
/// also where the endpoint takes nothing.
@Suite struct CloggedEndpointTests {
  @Test func anEndpointThatTakesNothingGetsNoFurtherRequests() throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      wire.narrow()
      // SETTINGS, and the acknowledgement of ours.
      try wire.send([0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 0, 4, 1, 0, 0, 0, 0])
      gate.wait()
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(toHTTP2: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let client = try proxy.connectHTTP2()
    // The connection would make room for another one if it were idle.
    _ = try client.start()
    #expect(eventually { proxy.held.requests == 1 })
    // Not to be compressed, and too large for HPACK's table; some of them fill what the kernel holds for a connection.
    let fields = [("x-fill", String(repeating: "~", count: 60_000))]
    var isHeldBack = false
    // A hundred resets without an answer would end the connection.
    for _ in 0..<90 {
      let call = try client.start("GET", "/", fields)
      #expect(eventually { proxy.held.requests == 2 })
      if proxy.held.pending > 0 {
        isHeldBack = true
        break
      }
      try call.reset(.cancel)
      #expect(eventually { proxy.held.requests == 1 })
    }
    #expect(isHeldBack)
    // As soon as the endpoint takes what there is, it goes on.
    gate.open()
    #expect(eventually { proxy.held.pending == 0 })
    client.wire.reset()
    #expect(proxy.comesToRest)
  }
}
