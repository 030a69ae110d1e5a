import Configuration
import Mesh
import Primitives
import Proxy
import Testing

/// What comes in drains first, and what the application calls goes on meanwhile.
@Suite struct DrainDirectionTests {
  static let get = ConnectionLimitTests.get

  static func proxy(_ origin: UInt16, workers: Int = 2) throws -> (proxy: TestProxy, outbound: UInt16) {
    let rest = TestProxy.yaml([origin]).split(separator: "\n").dropFirst().joined(separator: "\n")
    let proxy = try TestProxy(
      whole: """
        listeners:
        - {name: in, address: "127.0.0.1:0"}
        - {name: out, address: "127.0.0.1:0", direction: outbound}
        timeouts: {lingeringClose: 60s}
        \(rest)
        """, StateStore(), workers: workers)
    return (proxy, proxy.server.listeners[1].address.port)
  }

  @Test func outboundCallsWorkUntilInboundHasDrained() throws {
    let (arrived, gate) = (Notes(), Gate())
    let slow = RequestLimitTests.held(arrived, gate)
    let (proxy, outbound) = try Self.proxy(slow.port)
    let (held, kept) = (try proxy.connect(), try Wire.connect(port: outbound))
    try held.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    proxy.server.drain(.inbound)
    #expect(eventually { DrainTests.isRefused(proxy.port) })
    #expect(!proxy.server.isDrained(.inbound))
    // The application's calls are what the answer waits for.
    try kept.send(Self.get)
    let new = try Wire.connect(port: outbound)
    try new.send(Self.get)
    #expect(eventually { arrived.count == 3 })
    gate.open()
    #expect(try held.readMessage()["connection"]?.lowercased() == "close")
    held.end()
    for client in [kept, new] { #expect(try client.readMessage()["connection"] == nil) }
    #expect(eventually { proxy.server.isDrained(.inbound) })
    #expect(!proxy.server.isDrained)
    #expect(try kept.exchange(Self.get).status == 200)
    #expect(try Wire.connect(port: outbound).exchange(Self.get).status == 200)

    proxy.server.drain()
    #expect(eventually { DrainTests.isRefused(outbound) })
    #expect(try kept.exchange(Self.get)["connection"]?.lowercased() == "close")
    for client in [kept, new] { client.end() }
    #expect(eventually { proxy.server.isDrained })
  }

  /// Inbound is not over: then the rest drains beside it.
  @Test func bothMayDrainAtOnce() throws {
    let (arrived, gate) = (Notes(), Gate())
    let slow = RequestLimitTests.held(arrived, gate)
    let (proxy, outbound) = try Self.proxy(slow.port)
    let held = try proxy.connect()
    try held.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    proxy.server.drain(.inbound)
    proxy.server.drain()
    #expect(eventually { DrainTests.isRefused(outbound) })
    #expect(!proxy.server.isDrained(.inbound) && !proxy.server.isDrained)
    gate.open()
    #expect(try held.readMessage().status == 200)
    held.end()
    #expect(eventually { proxy.server.isDrained })
  }

  @Test func withoutInboundItIsOverAtOnce() throws {
    let proxy = try TestProxy(to: Origin.closedPort(), workers: 2, listener: "direction: outbound")
    proxy.server.drain(.inbound)
    #expect(eventually { proxy.server.isDrained(.inbound) })
    #expect(!proxy.server.isDrained)
    #expect(!DrainTests.isRefused(proxy.port))
  }
}
