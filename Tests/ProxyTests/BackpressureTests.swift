import Glibc
import Primitives
import Reactor
import Synchronization
import Telemetry
import Testing

/// A slow reader makes the sender wait: nothing piles up in between. What is measured of the process is measured in
/// one of its own, in which no other test takes memory.
@Suite(.serialized) struct BackpressureTests {
  static let size = 100 << 20

  /// Bytes of this process in memory that belong to nobody else.
  static var memory: Int {
    let file = unsafe open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    var line = [UInt8](repeating: 0, count: 128)
    let count = unsafe line.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    let numbers = String(decoding: line.prefix(max(0, count)), as: UTF8.self).split(separator: " ").compactMap
    { Int($0) }
    return numbers.count > 2 ? (numbers[1] - numbers[2]) * 4096 : 0
  }

  /// Sends `count` bytes, noting in `sent` how far it got.
  static func pour(_ count: Int, into wire: Wire, chunked: Bool, _ sent: borrowing Atomic<Int>) throws {
    let piece = [UInt8](repeating: 120, count: 1 << 16)
    let chunk = Array("10000\r\n".utf8) + piece + Array("\r\n".utf8)
    for _ in 0..<(count >> 16) {
      try wire.send(chunked ? chunk : piece)
      sent.add(1 << 16, ordering: .acquiringAndReleasing)
    }
    if chunked { try wire.send("0\r\n\r\n") }
  }

  /// Waits until `sent` has stopped growing.
  static func settle(_ sent: borrowing Atomic<Int>) -> Int {
    var last = -1
    var since = Clock.now()
    _ = eventually(within: 15) {
      let now = sent.load(ordering: .acquiring)
      if now != last || now == 0 {
        last = now
        since = Clock.now()
      }
      return Clock.now() - since > .milliseconds(300)
    }
    return last
  }

  final class Counter: Sendable { let sent = Atomic<Int>(0) }

  @Test(arguments: [false, true]) func aSlowClientMakesTheEndpointWait(_ chunked: Bool) async {
    await #expect(processExitsWith: .success) { [chunked] in try Self.aSlowClient(chunked) }
  }

  private static func aSlowClient(_ chunked: Bool) throws {
    let counter = Counter()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      let framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(Self.size)"
      try wire.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
      try Self.pour(Self.size, into: wire, chunked: chunked, counter.sent)
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let before = Self.memory
    let client = try proxy.connect(receiveBuffer: 65536)
    try client.send(ConnectionLimitTests.get)
    // What the kernel's buffers take, and ours: far from the whole.
    #expect(Self.settle(counter.sent) < 64 << 20)
    #expect(Self.memory - before < 64 << 20)
    client.widen()
    let head = try client.readHead()
    #expect(head.status == 200)
    var read = 0
    while true {
      let bytes = try client.readSome(1 << 18)
      read += bytes.count
      if bytes.isEmpty || !chunked && read == Self.size
        || chunked && bytes.suffix(5) == Array("0\r\n\r\n".utf8)[...]
      {
        break
      }
    }
    #expect(chunked ? read > Self.size : read == Self.size)
    #expect(Self.memory - before < 64 << 20)
    #expect(proxy.comesToRest)
  }

  @Test(arguments: [false, true]) func aSlowEndpointMakesTheClientWait(_ chunked: Bool) async {
    await #expect(processExitsWith: .success) { [chunked] in try Self.aSlowEndpoint(chunked) }
  }

  private static func aSlowEndpoint(_ chunked: Bool) throws {
    let counter = Counter()
    let gate = Gate()
    let received = Counter()
    let origin = Origin { wire, _ in
      let head = try wire.readHead()
      gate.wait()
      let end = Array("0\r\n\r\n".utf8)
      while true {
        let bytes = try wire.readSome(1 << 18)
        let total = received.sent.add(bytes.count, ordering: .acquiringAndReleasing).newValue
        if bytes.isEmpty { return }
        if head["content-length"] != nil ? total == Self.size : bytes.suffix(5) == end[...] { break }
      }
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    let before = Self.memory
    let client = try proxy.connect()
    let framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(Self.size)"
    try client.send("PUT / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
    detach { try? Self.pour(Self.size, into: client, chunked: chunked, counter.sent) }
    #expect(Self.settle(counter.sent) < 64 << 20)
    #expect(Self.memory - before < 64 << 20)
    gate.open()
    #expect(try client.readMessage().status == 200)
    #expect(received.sent.load(ordering: .acquiring) >= Self.size)
    #expect(proxy.comesToRest)
  }

  @Test func twoHundredSlowReadersHoldOnlyTheirBuffers() async {
    await #expect(processExitsWith: .success) { try Self.twoHundredSlowReaders() }
  }

  private static func twoHundredSlowReaders() throws {
    let size = 4 << 20
    let counter = Counter()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      try Self.pour(size, into: wire, chunked: false, counter.sent)
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, settings: "limits: {bufferSize: 32KiB}")
    let before = Self.memory
    let clients = try (0..<200).map { _ in try proxy.connect(receiveBuffer: 4096) }
    for client in clients { try client.send(ConnectionLimitTests.get) }
    #expect(eventually { proxy.metrics.gauge(.exchanges) == 200 })
    _ = Self.settle(counter.sent)
    // 200 buffers of 32 KiB, out of 200 answers of 4 MiB; each endpoint's thread here has 64 KiB of its own, and a heap.
    // How exactly the bound is kept is told by the benchmark `slow`, in a process that does nothing else.
    #expect(Self.memory - before < 200 * 320 << 10)
    for client in clients.prefix(20) {
      client.widen()
      #expect(try client.readHead().status == 200)
      #expect(try client.read(count: size).count == size)
    }
    for client in clients { client.reset() }
    #expect(proxy.comesToRest)
  }

  /// While one client reads nothing others are served as ever.
  @Test func aSlowReaderDoesNotHoldUpOthers() throws {
    let endless = TimeoutTests.endless()
    let quick = Origin(body: "quick")
    let proxy = try TestProxy(
      """
      routes:
      - {name: endless, rules: [{matches: [{path: {type: Exact, value: /endless}}], backendRefs: [{name: endless}]}]}
      - {name: quick, rules: [{backendRefs: [{name: quick}]}]}
      services:
      - {name: endless, endpoints: ["127.0.0.1:\(endless.port)"]}
      - {name: quick, endpoints: ["127.0.0.1:\(quick.port)"]}
      """)
    let slow = try (0..<10).map { _ in try proxy.connect(receiveBuffer: 4096) }
    for client in slow { try client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n") }
    #expect(eventually { proxy.metrics.gauge(.exchanges) == 10 })
    let client = try proxy.connect()
    for _ in 0..<100 { #expect(try client.exchange(ConnectionLimitTests.get).text == "quick") }
    for client in slow { client.reset() }
    #expect(proxy.comesToRest)
  }

  @Test func tunnelsWaitToo() throws {
    let counter = Counter()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(TunnelTests.agree)
      try Self.pour(Self.size, into: wire, chunked: false, counter.sent)
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect(receiveBuffer: 65536)
    try client.send(TunnelTests.ask)
    #expect(Self.settle(counter.sent) < 64 << 20)
    client.widen()
    #expect(try client.readHead().status == 101)
    #expect(try client.read(count: 1 << 20).count == 1 << 20)
    var rest = Self.size - 1 << 20
    while case let bytes = try client.readSome(1 << 18), !bytes.isEmpty { rest -= bytes.count }
    client.finish()
    #expect(proxy.comesToRest)
  }
}
