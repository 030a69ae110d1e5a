import Glibc
import HTTP
import Mesh
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Discovery

/// Tokens that change, and TLS.
@Suite struct KubernetesAccessTests {
  private let orders = KubernetesReference(namespace: "shop", service: "orders")

  private func write(_ bytes: [UInt8], _ path: String) {
    // SAFETY: the path and the bytes outlive the calls.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }

  @Test func aTokenThatIsRefusedIsReadAgainAtOnce() throws {
    let path = "/tmp/apus-token-\(getpid())-a"
    write(Array("one\n".utf8), path)
    defer { unsafe unlink(path) }
    let stage = try KubernetesStage { $0.token = .file(path) }
    stage.server.token = "one"
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
    write(Array("two\n".utf8), path)
    stage.server.token = "two"
    stage.server.endWatches()
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"))
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(try stage.turn { stage.used(orders)?.count == 2 })
    #expect(stage.source.state.failures == 0)
    #expect(stage.server.requests.last?.token == "two")
  }

  @Test func aTokenIsReadAgainEachMinute() throws {
    let path = "/tmp/apus-token-\(getpid())-b"
    write(Array("one".utf8), path)
    defer { unsafe unlink(path) }
    let stage = try KubernetesStage { $0.token = .file(path) }
    stage.putService("orders")
    stage.watch(orders)
    try stage.settle()
    write(Array("two".utf8), path)
    stage.server.endWatches()
    try stage.pass(.seconds(30))
    try stage.settle()
    #expect(stage.server.requests.last?.token == "one")
    stage.server.endWatches()
    try stage.pass(.seconds(61))
    try stage.settle()
    #expect(stage.server.requests.last?.token == "two")
    // What cannot be read changes nothing.
    unsafe unlink(path)
    stage.server.endWatches()
    try stage.pass(.seconds(61))
    try stage.settle()
    #expect(stage.server.requests.last?.token == "two")
  }

  @Test func aTokenThatStaysRefusedIsAFault() throws {
    let stage = try KubernetesStage { $0.token = .bytes(Array("bad".utf8)) }
    stage.server.token = "good"
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.fault != nil })
    #expect(stage.source.state.fault == "the API server refuses our token (401): Unauthorized")
    #expect(stage.told.isEmpty)
  }

  @Test func aTokenFileThatIsNotThereIsAFaultUntilItIs() throws {
    let path = "/tmp/apus-token-\(getpid())-c"
    let stage = try KubernetesStage { $0.token = .file(path) }
    stage.watch(orders)
    #expect(stage.source.state.fault == "\(path) cannot be read: No such file or directory")
    write(Array("t".utf8), path)
    defer { unsafe unlink(path) }
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.used(orders) == [])
  }

  @Test func theServerMustShowWhoItIs() throws {
    let authority = TestAuthority()
    let own = authority.issue(CertificateProfile("api", "DNS:kubernetes.default"))
    let certificate = try TLSCertificate(chain: own.chain, key: own.key)
    let context = try TLSServerContext(.init(certificates: [certificate]).speaking([.http11]))
    for (trust, name, isFine) in [
      (authority.pem, "kubernetes.default", true), (authority.pem, nil, false),
      (TestAuthority("other").pem, "kubernetes.default", false),
    ] {
      let stage = try KubernetesStage(tls: context) {
        $0.trust = .bytes(trust)
        $0.serverName = name
      }
      stage.watch(orders)
      #expect(try stage.turn { stage.source.state.answered == 1 || stage.source.state.fault != nil })
      #expect((stage.source.state.fault == nil) == isFine, "\(stage.source.state.fault ?? "none")")
    }
    let stage = try KubernetesStage(tls: context) { $0.isVerified = false }
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.answered == 1 })
  }
}

extension TLSServerContext.Settings {
  fileprivate func speaking(_ protocols: [ApplicationProtocol]) -> Self {
    var settings = self
    settings.protocols = protocols
    return settings
  }
}
