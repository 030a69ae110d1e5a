import HTTP
import Mesh
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Client
import DNS
@testable import Discovery

/// Against Debian's etcd (package etcd-server).
@Suite(.enabled(if: RealEtcd.isInstalled)) struct RealEtcdTests {
  /// Those who ask, on a loop of their own.
  private final class Asker {
    let loop: EventLoop
    let names: DNSResolver
    let client: HTTPClient
    let etcd: EtcdClient
    let sink = NotedEndpoints()
    let source: EtcdSource
    let dispatcher = EventDispatcher()

    init(_ settings: EtcdSettings) throws {
      loop = try EventLoop(readSize: 65_536)
      names = DNSResolver(on: loop, kind: 7)
      client = HTTPClient(on: loop, kind: 8, resolver: DNSHostResolver(names, on: loop))
      etcd = EtcdClient(settings, client: client, seed: 1)
      source = EtcdSource(etcd, on: loop, kind: 1, sink: sink, seed: 2)
      dispatcher.add(names, kinds: 7...7)
      dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
      dispatcher.add(source, kinds: 1...1)
    }

    deinit {
      client.close()
      client.turnEnded()
    }

    func turn(until condition: () throws -> Bool) rethrows -> Bool {
      let end = Clock.now() + .seconds(60)
      while Clock.now() < end {
        if try condition() { return true }
        loop.turn(dispatcher, limit: Clock.now() + .milliseconds(5))
      }
      return false
    }

    func watch(_ prefixes: String...) {
      source.watch(Set(prefixes.map { .etcd(EtcdReference(prefix: $0)) }))
    }

    func hears(_ addresses: [String], _ prefix: String = "/a/") -> Bool {
      turn { sink.addresses(prefix) == addresses }
    }

    var isSettled: Bool { turn { source.state.fault == nil && source.state.confirmed == loop.now } }
  }

  private let a = "10.0.0.1:80"
  private let b = "10.0.0.2:80"

  @Test func listAndChanges() throws {
    let etcd = try RealEtcd()
    try etcd.put("/a/1", a)
    try etcd.put("/b/1", a)
    try etcd.put("/ab", b)
    let asker = try Asker(etcd.settings)
    asker.watch("/a/", "/b/", "/c/")
    #expect(asker.hears([a]) && asker.hears([a], "/b/") && asker.hears([], "/c/"))
    #expect(asker.isSettled)
    try etcd.put("/a/2", #"{"address": "\#(b)", "weight": 3, "zone": "z"}"#)
    #expect(asker.hears([a, b]))
    #expect(asker.sink.heard.last?.endpoints.last?.weight == 3)
    try etcd.control("del", "/a/1")
    #expect(asker.hears([b]))
    try etcd.put("/a/2", "nonsense")
    #expect(asker.hears([]))
    asker.watch("/b/")
    try etcd.control("del", "/b/", "--prefix")
    #expect(asker.hears([], "/b/"))
    #expect(asker.source.state.failures == 0)
  }

  /// More than a page, and a value in it that is large.
  @Test func manyKeys() throws {
    let etcd = try RealEtcd()
    let asker = try Asker(etcd.settings)
    var written = 0
    for number in 0..<2_500 {
      let claim = EtcdClaim(
        key: "/a/\(number)", value: Array("10.1.\(number / 250).\(number % 250 + 1):80".utf8), lease: 0)
      asker.etcd.call(EtcdClaim.method, claim.bytes, deadline: .seconds(60)) { answer in
        if case .success = answer { written += 1 }
      }
    }
    #expect(asker.turn { written == 2_500 })
    asker.watch("/a/")
    #expect(asker.turn { asker.sink.heard.last?.endpoints.count == 2_500 })
    #expect(asker.sink.heard.count == 1)
  }

  /// While nobody listens the store goes on, and forgets what was.
  @Test func compactionWhileCutOff() throws {
    let etcd = try RealEtcd()
    try etcd.put("/a/1", a)
    let asker = try Asker(etcd.settings)
    asker.watch("/a/")
    #expect(asker.hears([a]) && asker.isSettled)
    asker.client.close()
    #expect(asker.turn { asker.client.connectionCount == 0 })
    try etcd.control("del", "/a/1")
    for _ in 0..<3 { try etcd.put("/a/2", b) }
    try etcd.control("compact", "5")
    // Its calls were cancelled without a word, as by nobody: what tells the source is the stream's end.
    let again = try Asker(etcd.settings)
    again.watch("/a/")
    #expect(again.hears([b]))
  }

  @Test func etcdIsKilledAndStartedAgain() throws {
    let etcd = try RealEtcd()
    try etcd.put("/a/1", a)
    let asker = try Asker(etcd.settings)
    asker.watch("/a/")
    #expect(asker.hears([a]) && asker.isSettled)
    for round in 0..<2 {
      if round == 0 { etcd.kill() } else { etcd.stop() }
      #expect(asker.turn { asker.source.state.fault != nil })
      #expect(asker.sink.heard.count == 1 + round)
      try etcd.start()
      try etcd.put("/a/\(2 + round)", "10.0.0.\(2 + round):80")
      #expect(asker.turn { asker.sink.heard.last?.endpoints.count == 2 + round })
      #expect(asker.isSettled)
    }
  }

  /// It lives, and says nothing any more: pings tell.
  @Test func etcdIsCutOff() throws {
    let etcd = try RealEtcd()
    try etcd.put("/a/1", a)
    let asker = try Asker(etcd.settings)
    asker.watch("/a/")
    #expect(asker.hears([a]) && asker.isSettled)
    etcd.freeze(true)
    #expect(
      asker.turn {
        asker.loop.skip(.milliseconds(20)); return asker.source.state.fault != nil
      })
    #expect(asker.sink.addresses("/a/") == [a])
    etcd.freeze(false)
    try etcd.put("/a/2", b)
    #expect(asker.hears([a, b]) && asker.isSettled)
  }

  @Test func aStoreThatIsMadeAnew() throws {
    let etcd = try RealEtcd()
    try etcd.put("/a/1", a)
    try etcd.put("/a/1", a)
    let asker = try Asker(etcd.settings)
    asker.watch("/a/")
    #expect(asker.hears([a]) && asker.isSettled)
    etcd.kill()
    try etcd.forget()
    try etcd.start()
    try etcd.put("/a/2", b)
    #expect(asker.hears([b]) && asker.isSettled)
  }

  @Test func usersAndPasswords() throws {
    let etcd = try RealEtcd(["--auth-token-ttl", "1"])
    try etcd.control("user", "add", "root:r")
    try etcd.control("user", "add", "apus:secret")
    try etcd.control("role", "add", "reader")
    try etcd.control("role", "grant-permission", "reader", "read", "/a/", "--prefix=true")
    try etcd.control("user", "grant-role", "apus", "reader")
    try etcd.put("/a/1", a)
    try etcd.control("auth", "enable")
    etcd.authority = ["--user", "root:r"]
    var settings = try etcd.settings
    settings.credentials = .init(user: "apus", password: "secret")
    let asker = try Asker(settings)
    asker.watch("/a/")
    #expect(asker.hears([a]) && asker.isSettled)
    try etcd.put("/a/2", b)
    #expect(asker.hears([a, b]))
    // What must not be read is told, and disturbs nobody.
    asker.watch("/a/", "/b/")
    #expect(asker.turn { asker.source.state.fault?.contains("permission denied") == true })
    try etcd.put("/a/1", "10.0.0.9:80")
    #expect(asker.hears(["10.0.0.9:80", b]))
    // Roles change, and with them what tokens are good for.
    try etcd.control("role", "grant-permission", "reader", "read", "/b/", "--prefix=true")
    #expect(
      asker.turn {
        asker.loop.skip(.milliseconds(20)); return asker.sink.addresses("/b/") == []
      })
    #expect(asker.turn { asker.source.state.fault == nil })
    settings.credentials = .init(user: "apus", password: "wrong")
    let stranger = try Asker(settings)
    stranger.watch("/a/")
    #expect(stranger.turn { stranger.source.state.fault?.contains("authentication failed") == true })
  }

  // MARK: Registration

  private func registration(_ asker: Asker, _ address: String = "10.0.0.7:80", kind: UInt8 = 2)
    throws -> EtcdRegistration
  {
    let registration = EtcdRegistration(
      EtcdRegistrationSettings(
        key: "/a/me", address: try #require(SocketAddress(address)), lifetime: .seconds(2), zone: "z"),
      asker.etcd, on: asker.loop, kind: kind, seed: 9)
    asker.dispatcher.add(registration, kinds: kind...kind)
    return registration
  }

  @Test func registeredSeenAndWithdrawn() throws {
    let etcd = try RealEtcd()
    let asker = try Asker(etcd.settings)
    asker.watch("/a/")
    let registration = try registration(asker)
    registration.start()
    #expect(asker.hears(["10.0.0.7:80"]))
    #expect(asker.sink.heard.last?.endpoints.first?.zone == "z")
    var isDone = false
    registration.withdraw { isDone = true }
    #expect(asker.turn { isDone })
    #expect(asker.hears([]))
  }

  @Test func aLeaseThatIsTakenAwayIsGrantedAnew() throws {
    let etcd = try RealEtcd()
    let asker = try Asker(etcd.settings)
    let registration = try registration(asker)
    registration.start()
    #expect(asker.turn { registration.state.phase == .registered })
    let leases = try etcd.control("lease", "list").split(separator: "\n").dropFirst()
    try etcd.control("lease", "revoke", String(try #require(leases.first)))
    #expect(asker.turn { registration.state.writes == 2 && registration.state.phase == .registered })
    #expect(try etcd.value("/a/me").contains("10.0.0.7:80"))
  }

  /// Who has crashed is gone when the lease ends, and another may have the key then.
  @Test func aCrashAndAnotherOfThatName() throws {
    let etcd = try RealEtcd()
    let first = try Asker(etcd.settings)
    let registration = try registration(first)
    registration.start()
    #expect(first.turn { registration.state.phase == .registered })
    let second = try Asker(etcd.settings)
    let other = try self.registration(second, "10.0.0.8:80")
    second.watch("/a/")
    other.start()
    #expect(second.turn { other.state.phase == .taken })
    #expect(second.hears(["10.0.0.7:80"]))
    // The first one's loop does not turn any more.
    #expect(second.turn { other.state.phase == .registered })
    #expect(second.hears(["10.0.0.8:80"]))
  }

  @Test func startedAgainItTakesItsKeyOver() throws {
    let etcd = try RealEtcd()
    let first = try Asker(etcd.settings)
    let former = try registration(first)
    former.start()
    #expect(first.turn { former.state.phase == .registered })
    let second = try Asker(etcd.settings)
    let next = try registration(second)
    next.start()
    #expect(second.turn { next.state.phase == .registered })
    // The former one's withdrawal takes nothing from it.
    var isDone = false
    former.withdraw { isDone = true }
    #expect(first.turn { isDone })
    #expect(try etcd.value("/a/me").contains("10.0.0.7:80"))
  }

  // MARK: Documents

  @Test func aDocument() throws {
    final class Heard { var texts: [String?] = [] }
    let etcd = try RealEtcd()
    let asker = try Asker(etcd.settings)
    let heard = Heard()
    let document = EtcdDocument("/config/apus.yaml", asker.etcd, on: asker.loop, kind: 3, seed: 4) {
      heard.texts.append($0.bytes.map { String(decoding: $0, as: UTF8.self) })
    }
    asker.dispatcher.add(document, kinds: 3...3)
    #expect(asker.turn { heard.texts == [nil] })
    try etcd.put("/config/apus.yaml", "services: []")
    #expect(asker.turn { heard.texts.last == "services: []" })
    try etcd.control("del", "/config/apus.yaml")
    #expect(asker.turn { heard.texts.count == 3 && heard.texts[2] == nil })
  }
}
