import Glibc
import Proxy
import Telemetry
import Testing

/// The hard end: with traffic in flight, and nothing is left behind.
@Suite struct StopTests {
  @Test(arguments: [1, 3]) func trafficIsCutOffAndEverythingFreed(_ workers: Int) throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = Origin { wire, number in
      arrived.add(try wire.readHead().startLine)
      if number % 3 == 0 { try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") }
      if number % 3 == 1 {
        try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array("10000\r\n\(String(repeating: "x", count: 65536))\r\n".utf8)
        while true { try wire.send(chunk) }
      }
      gate.wait()
    }
    defer { gate.open() }
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 12, failureRate: 50%}", workers: workers)
    let clients = try (0..<20).map { _ in try proxy.connect() }
    for client in clients { try client.send(ConnectionLimitTests.get) }
    #expect(eventually { arrived.count == 12 && proxy.held.pending == 8 })
    proxy.server.stop()
    proxy.server.join()
    #expect(proxy.leaks == [])
    #expect(proxy.held.connections == 0)
    #expect(proxy.metrics.gauge(.downstreamConnections) == 0)
    for client in clients {
      #expect(throws: Wire.Broken.self) {
        while try !client.readSome().isEmpty {}; throw Wire.Broken.ended(got: "")
      }
    }
    #expect(DrainTests.isRefused(proxy.port))
  }

  @Test func stoppingWhileDrainingEnds() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    defer { gate.open() }
    let proxy = try TestProxy(to: origin.port, workers: 2)
    let client = try proxy.connect()
    try client.send(ConnectionLimitTests.get)
    #expect(eventually { arrived.count == 1 })
    proxy.server.drain()
    proxy.server.stop()
    proxy.server.join()
    #expect(proxy.leaks == [])
  }

  /// Loops and their descriptors go with their server. Other tests open and close some meanwhile, not hundreds.
  @Test func noDescriptorStaysOpen() throws {
    func pollers() -> Int {
      (0..<20_000).count { descriptor in
        var target = [UInt8](repeating: 0, count: 64)
        let length = unsafe target.withUnsafeMutableBytes {
          unsafe readlink("/proc/self/fd/\(descriptor)", $0.baseAddress!, $0.count)
        }
        return String(decoding: target.prefix(max(0, length)), as: UTF8.self).contains("eventpoll")
      }
    }
    let origin = Origin(body: "ok")
    let before = pollers()
    for _ in 0..<100 {
      let proxy = try TestProxy(to: origin.port, workers: 2)
      #expect(try proxy.get().status == 200)
    }
    #expect(eventually { pollers() - before < 100 })
  }
}
