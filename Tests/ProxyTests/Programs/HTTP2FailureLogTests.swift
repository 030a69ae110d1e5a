import Foundation
import Testing

/// Peers of HTTP/2 that are shown the door learn why in GOAWAY's debug data, and the log says it once.
@Suite struct HTTP2FailureLogTests {
  private static let start = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + settings
  private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
  private static let pings = Array(
    repeatElement([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8] as [UInt8], count: 1_200).joined())

  /// Floods until the other side ends the connection; what it sent ends with its reason.
  private static func isTold(_ wire: Wire, after opening: [UInt8]) -> Bool {
    // What is left of the flood is read and dropped; the connection may end in the middle of it all the same.
    try? wire.send(opening + pings)
    var received: [UInt8] = []
    while let more = try? wire.readSome(), !more.isEmpty { received += more }
    return String(decoding: received, as: UTF8.self).contains("too many PING frames")
  }

  private static func proxy(to port: UInt16, protocol version: String) throws -> Program {
    let scratch = Scratch()
    try scratch.write(
      """
      workers: 1
      admin: {address: "127.0.0.1:0"}
      listeners: [{name: public, address: "127.0.0.1:0"}]
      routes: [{name: all, rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, protocol: \(version), endpoints: ["127.0.0.1:\(port)"]}]
      """, to: "apus.yaml")
    return try Program(
      Program.apus, ["run", "--config", scratch.path("apus.yaml")], in: scratch)
  }

  @Test func ofClients() throws {
    let origin = Origin(body: "x")
    let proxy = try Self.proxy(to: origin.port, protocol: "http1")
    let port = try #require(proxy.port(in: "listening"))
    for _ in 0..<3 { #expect(Self.isTold(try Wire.connect(port: port), after: Self.start)) }
    let line = try #require(proxy.line(containing: "HTTP/2 connection of a client ended"))
    #expect(line.contains(" warning "))
    #expect(line.contains(" rule=ping_flood details=\"too many PING frames\" peer=127.0.0.1:"))
    #expect(line.contains(" listener="))
    proxy.signal(SIGTERM)
    let lines = proxy.wait().errors.split(separator: "\n").filter { $0.contains("ping_flood") }
    #expect(lines.count == 1)
  }

  @Test func ofEndpoints() throws {
    let told = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readSome()
      told.note(Self.isTold(wire, after: Self.settings))
    }
    let proxy = try Self.proxy(to: origin.port, protocol: "h2")
    let port = try #require(proxy.port(in: "listening"))
    let answer = try Wire.connect(port: port).exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 502)
    #expect(answer.text == "apus: too many PING frames\n")
    #expect(eventually { told.all == [true] })
    let line = try #require(proxy.line(containing: "HTTP/2 connection to an endpoint ended"))
    #expect(
      line.contains(
        " rule=ping_flood details=\"too many PING frames\" endpoint=127.0.0.1:\(origin.port) service=origin"))
  }
}
