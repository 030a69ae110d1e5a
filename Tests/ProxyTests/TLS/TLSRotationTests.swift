import Configuration
import Foundation
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Proxy

@Suite struct TLSRotationTests {
  static let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

  /// Certificates change hundreds of times under load: old connections go on, new ones come through.
  @Test func manyRotationsLoseNothing() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let inner = try TestProxy(to: origin.port, listener: world.askingListener())
    let proxy = try TestProxy(
      to: inner.port, service: world.service(), workers: 2, listener: world.listener())
    let context = try world.clientContext()
    let rotations = [TLSRotation(inner.server.snapshot), TLSRotation(proxy.server.snapshot)]
    let (done, lost, served) = (Gate(), Notes(), Notes())
    let clients = try (0..<3).map { client in
      try Thread(name: "client") {
        let kept = try? proxy.connect()
        try? kept?.secure(context)
        while !done.isOpen {
          do {
            let wire = client == 0 ? try #require(kept) : try proxy.connect()
            if client > 0 { try wire.secure(context) }
            guard try wire.exchange(Self.get).text == "hello" else { throw TLSFailure(.malformed) }
            served.add("")
          } catch {
            lost.add("\(error)")
          }
        }
      }
    }
    let made = (0..<4).map { _ in TLSWorld.authority.issue(CertificateProfile("server", "DNS:test.example")) }
    for round in 0..<300 {
      try world.write(made[round % 4], "server")
      for rotation in rotations { #expect(rotation.check().allSatisfy { $0.fault == nil }) }
    }
    done.open()
    for client in clients { client.join() }
    #expect(rotations.allSatisfy { $0.renewals >= 300 })
    #expect(lost.all == [])
    #expect(served.count > 10)
    #expect(proxy.comesToRest)
  }

  @Test func newConnectionsSeeTheNewCertificate() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, listener: world.listener())
    let rotation = TLSRotation(proxy.server.snapshot)
    let (old, new) = (try world.clientContext(), try world.clientContext { $0.names = [.dns("new.example")] })
    let kept = try proxy.connect()
    try kept.secure(old)
    try world.renewServer("DNS:new.example")
    #expect(rotation.check().filter { $0.remark == nil }.count == 1)
    #expect(throws: TLSFailure(.wrongName)) { try proxy.connect().secure(old) }
    let fresh = try proxy.connect()
    try fresh.secure(new)
    for wire in [kept, fresh] { #expect(try wire.exchange(Self.get).text == "hello") }
  }

  /// The binary hears of it by itself, and tells.
  @Test func theProcessWatchesItsFiles() throws {
    let world = try TLSWorld()
    let origin = Origin(body: "hello")
    let apus = try Binary(
      """
      listeners: [{name: test, address: "127.0.0.1:0", \(world.askingListener("optional", crls: "ca.crl"))}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """, admin: true)
    try apus.connect().secure(try world.clientContext())
    try world.renewServer("DNS:new.example")
    let context = try world.clientContext { $0.names = [.dns("new.example")] }
    #expect(eventually { (try? apus.connect().secure(context)) != nil })
    #expect(
      eventually {
        apus.program.errorText.contains("changed files are loaded what=\"TLS files\" of=\"listener test\"")
      })
    let page = try apus.ask("/certificates").text
    #expect(page.contains("new.example") && page.contains(#""subject": "CN=test authority""#))
    #expect(page.contains(world.path("ca.crl")))
    try world.directory.write("nonsense", to: "server.crt")
    #expect(eventually { apus.program.errorText.contains("changed files cannot be used, the former go on") })
    #expect(try apus.ask("/ready").text.contains("listener test keeps its former TLS files"))
    let metrics = try apus.ask("/metrics").text
    #expect(metrics.contains("apus_tls_files_refused 1"))
    if Program.isInstalled("promtool") {
      let check = try Program.run("promtool", ["check", "metrics"], input: metrics)
      #expect(check.status == 0 && check.output.isEmpty && check.errors.isEmpty, "\(check)")
    }
    for (family, file) in [("certificate", "server.crt"), ("trust", "ca.crt"), ("crl", "ca.crl")] {
      let series =
        #"apus_tls_\#(family)_expiry_seconds{of="listener",name="test",file="\#(world.path(file))"} "#
      #expect(metrics.contains(series), "\(series)")
    }
    try apus.connect().secure(context)
    for text in [try apus.ask("/certificates").text, try apus.ask("/config").text, apus.program.errorText] {
      #expect(!text.contains("PRIVATE"))
    }
  }
}
