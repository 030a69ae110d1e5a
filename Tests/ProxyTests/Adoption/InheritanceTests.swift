import Configuration
import Glibc
import Mesh
import Primitives
import Proxy
import Reactor
import Testing

/// One server goes on with the sockets of another: in life they are two processes.
@Suite struct InheritanceTests {
  /// What a new process would have been given.
  static func inheritance(of server: ProxyServer) throws -> InheritedListeners {
    let inherited = InheritedListeners()
    for listener in server.offer {
      try inherited.add(
        listener.name, listener.wanted,
        listener.descriptors.map { SocketParcel(Socket(owning: fcntl($0, F_DUPFD_CLOEXEC, 0))) })
    }
    return inherited
  }

  static func drain(_ old: ProxyServer, _ inherited: InheritedListeners) {
    let offer = old.offer
    old.drain(leaving: Set(inherited.taken.map { offer[$0].place }))
  }

  static func heir(
    of old: ProxyServer, _ yaml: String, workers: Int
  ) throws -> (server: ProxyServer, inherited: InheritedListeners) {
    let inherited = try inheritance(of: old)
    let server = try ProxyServer(
      snapshot: TestProxy.snapshot(yaml, StateStore()), workers: workers, inheriting: inherited)
    inherited.close()
    return (server, inherited)
  }

  /// Clients connect anew for each request meanwhile: none is refused, none is reset.
  @Test(arguments: [[1, 3], [3, 1], [2, 2], [4, 3, 1, 5, 2]]) func noConnectionIsLost(_ workers: [Int]) throws
  {
    let origin = Origin(body: "ok")
    let yaml = TestProxy.yaml([origin.port])
    let first = try TestProxy(whole: yaml, StateStore(), workers: workers[0])
    let (answered, lost, ended) = (Notes(), Notes(), Notes())
    let clients = (0..<4).map { _ in
      try? Thread(name: "client") {
        while ended.count == 0 {
          do {
            let answer = try Wire.connect(port: first.port).exchange(
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            if answer.text == "ok" { answered.add("") } else { lost.add(answer.startLine) }
          } catch { lost.add("\(error)") }
        }
      }
    }
    var present = first.server
    for count in workers.dropFirst() {
      let (next, inherited) = try Self.heir(of: present, yaml, workers: count)
      #expect(next.listeners.map(\.address.port) == [first.port])
      try next.start()
      Self.drain(present, inherited)
      #expect(eventually { present.isDrained })
      present.stop()
      present.join()
      let before = answered.count
      #expect(eventually { answered.count > before + 100 || lost.count > 0 })
      present = next
    }
    ended.add("")
    for client in clients { client?.join() }
    #expect(lost.all == [])
    present.stop()
    present.join()
  }

  /// Nobody stood in a queue of its own, and the file of the Unix socket is there.
  @Test func oneThatFailsBeforeItServesCostsNothing() throws {
    let path = "/tmp/apus-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
    let origin = Origin(body: "ok")
    let yaml = TestProxy.yaml([origin.port]).replacing(
      "\"127.0.0.1:0\"}]", with: "\"127.0.0.1:0\"}, {name: local, address: \"unix:\(path)\"}]",
      maxReplacements: 1)
    let old = try TestProxy(whole: yaml, StateStore(), workers: 1)
    do {
      let (failed, inherited) = try Self.heir(of: old.server, yaml, workers: 4)
      #expect(inherited.taken == [0, 1])
      for _ in 0..<32 { #expect(try old.connect().exchange(ConnectionLimitTests.get).text == "ok") }
      failed.stop()
    }
    for _ in 0..<32 { #expect(try old.connect().exchange(ConnectionLimitTests.get).text == "ok") }
    let isThere = unsafe access(path, F_OK) == 0
    #expect(isThere)
  }

  /// A listener that moves within a port of all addresses is no stranger's; one that stays the other's is not taken.
  @Test func listenersComeAndGo() throws {
    let origin = Origin(body: "ok")
    let rest = TestProxy.yaml([origin.port]).split(separator: "\n").dropFirst().joined(separator: "\n")
    let all = Origin.closedPort()
    let old = try TestProxy(
      whole: "listeners: [{address: \":\(all)\"}, {name: b, address: \"127.0.0.1:0\"}]\n" + rest, StateStore()
    )
    let gone = old.server.listeners[1].address.port
    let (new, inherited) = try Self.heir(
      of: old.server,
      "listeners: [{address: \"127.0.0.1:\(all)\"}, {name: c, address: \"127.0.0.1:0\"}]\n" + rest, workers: 2
    )
    #expect(inherited.taken == [])
    try new.start()
    Self.drain(old.server, inherited)
    #expect(eventually { old.server.isDrained })
    for port in [all, new.listeners[1].address.port] {
      #expect(try Wire.connect(port: port).exchange(ConnectionLimitTests.get).text == "ok")
    }
    #expect(DrainTests.isRefused(gone))
    new.stop()
    new.join()
  }

  /// It has more sockets than workers. A listener that leaves takes all of them along.
  @Test func aListenerOfSeveralRowsIsReloaded() throws {
    let origin = Origin(body: "ok")
    let old = try TestProxy(whole: TestProxy.yaml([origin.port]), StateStore(), workers: 5)
    let states = StateStore()
    let inherited = try Self.inheritance(of: old.server)
    let new = try ProxyServer(
      snapshot: TestProxy.snapshot(TestProxy.yaml([origin.port]), states), workers: 2, inheriting: inherited)
    #expect(new.offer.map(\.descriptors.count) == [2, 2, 1])
    try new.start()
    Self.drain(old.server, inherited)
    #expect(eventually { old.server.isDrained })
    for _ in 0..<40 { #expect(try old.connect().exchange(ConnectionLimitTests.get).text == "ok") }
    try new.adopt(TestProxy.snapshot(TestProxy.yaml([], rest: ""), states, version: 2))
    #expect(eventually { new.settle() })
    for _ in 0..<40 { #expect(try old.connect().exchange(ConnectionLimitTests.get).status == 503) }
    let moved = TestProxy.yaml([origin.port]).replacing("name: test", with: "name: other", maxReplacements: 1)
    try new.adopt(TestProxy.snapshot(moved, states, version: 3))
    #expect(eventually { new.settle() })
    #expect(eventually { DrainTests.isRefused(old.port) })
    #expect(new.offer.map(\.descriptors.count) == [2])
    new.stop()
    new.join()
  }
}
