import HTTP
import Reactor
import Synchronization
import Telemetry
import TestCertificates
import Testing

@testable import Proxy

/// Services whose endpoints say by ALPN what they speak.
@Suite struct TLSProtocolTests {
  static let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

  /// An origin that takes the versions it is told, and says in its body which one it was.
  private static func origin(
    _ world: TLSWorld, _ protocols: @escaping @Sendable (Int) -> [ApplicationProtocol]
  ) throws -> Origin {
    Origin { wire, number in
      try wire.secure(try world.serverContext(nil, protocols(number)))
      if wire.channel?.details?.applicationProtocol == .h2 {
        let peer = HTTP2Peer(.server, wire, HTTP2Settings())
        while let call = try peer.accept() {
          try call.respond()
          call.send("h2")
          call.end()
          try peer.flush()
          // An origin that is replaced by another one closes its connections.
          if protocols(-1) == [.http11] { return }
        }
      } else {
        while true {
          _ = try wire.readMessage()
          try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhttp/1.1")
        }
      }
    }
  }

  @Test(arguments: [([ApplicationProtocol.h2, .http11], "h2"), ([.http11], "http/1.1"), ([.h2], "h2")])
  func theEndpointChooses(_ protocols: [ApplicationProtocol], _ expected: String) throws {
    let world = try TLSWorld()
    let origin = try Self.origin(world) { _ in protocols }
    let proxy = try TestProxy(to: origin.port, service: "protocol: auto, " + world.service())
    let client = try proxy.connect()
    for _ in 0..<5 { #expect(try client.exchange(Self.get).text == expected) }
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }

  /// Nobody knows yet what the endpoint speaks, and many ask at once.
  @Test func manyFirstOnesAreServed() throws {
    let world = try TLSWorld()
    let origin = try Self.origin(world) { _ in [.h2, .http11] }
    let proxy = try TestProxy(to: origin.port, service: "protocol: auto, " + world.service())
    let good = Notes()
    inParallel(20) { _ in
      for _ in 0..<3 { if (try? proxy.get().text) == "h2" { good.add("") } }
    }
    #expect(good.count == 60)
    #expect(proxy.comesToRest)
  }

  /// An endpoint that speaks HTTP/1 after a restart fails once, and is asked anew.
  @Test func endpointsMayChange() throws {
    let world = try TLSWorld()
    let shared = Shared()
    let origin = try Self.origin(world) { _ in shared.isOld ? [.http11] : [.h2, .http11] }
    let proxy = try TestProxy(to: origin.port, service: "protocol: auto, " + world.service())
    #expect(try proxy.get().text == "h2")
    shared.isOld = true
    #expect(try eventually { try proxy.get().text == "http/1.1" })
    #expect(proxy.comesToRest)
  }

  private final class Shared: Sendable {
    private let value = Mutex(false)
    var isOld: Bool {
      get { value.withLock { $0 } }
      set { value.withLock { $0 = newValue } }
    }
  }

  @Test func nobodyHasToSpeakALPN() throws {
    let world = try TLSWorld()
    let context = try world.serverContext(nil, [])
    let origin = Origin(context) { _, details in
      let text = details?.applicationProtocol == nil ? "none" : "some"
      return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(text)"
    }
    let proxy = try TestProxy(to: origin.port, service: "protocol: auto, " + world.service())
    #expect(try proxy.get().text == "none")
    let strict = try TestProxy(to: origin.port, service: "protocol: h2, " + world.service())
    let answer = try strict.get()
    #expect(
      answer["proxy-status"]
        == "apus;error=tls_protocol_error;details=\"TLS: no application protocol in common\"")
  }
}
