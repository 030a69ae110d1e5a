import Telemetry
import Testing

/// One side of a tunnel finishes and then is gone, while the other one goes on sending.
@Suite struct TunnelLossTests {
  static let piece = [UInt8](repeating: 102, count: 1 << 16)

  /// The endpoint sends for ever to a client that has finished and does not exist any more.
  @Test func aClientThatIsGoneEndsTheTunnel() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(TunnelTests.agree)
      while true { try wire.send(Self.piece) }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    #expect(try client.readHead().status == 101)
    client.finish()
    #expect(try client.read(count: 1 << 20).count == 1 << 20)
    client.reset()
    #expect(proxy.comesToRest)
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  /// The client sends for ever to an endpoint that has finished and does not exist any more.
  @Test func anEndpointThatIsGoneEndsTheTunnel() throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(TunnelTests.agree + "bye")
      wire.finish()
      gate.wait()
      wire.reset()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    #expect(try client.readHead().status == 101)
    #expect(try client.readToEnd() == "bye")
    try client.send(Self.piece)
    gate.open()
    #expect(throws: Wire.Broken.self) { for _ in 0..<16384 { try client.send(Self.piece) } }
    #expect(proxy.comesToRest)
  }
}
