import Synchronization
import Telemetry
import Testing

/// A client that asks and asks and reads nothing. What is measured of the process is measured in one of its own, in which
/// no other test takes memory.
@Suite(.serialized) struct UnreadReplyTests {
  /// Answers of our own are small, but they wait to be read like any other: else a pipeline of refused requests
  /// would pile them up.
  @Test func repliesWaitForTheReader() async {
    await #expect(processExitsWith: .success) { try Self.repliesWait() }
  }

  private static func repliesWait() throws {
    let proxy = try TestProxy(
      """
      routes:
      - {name: one, hostnames: [one.test], rules: [{backendRefs: [{name: origin}]}]}
      services:
      - {name: origin, endpoints: ["127.0.0.1:1"]}
      """)
    let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    let count = 200_000
    let client = try proxy.connect(receiveBuffer: 4096)
    let before = BackpressureTests.memory
    let counter = BackpressureTests.Counter()
    detach {
      for _ in 0..<(count / 1000) {
        try? client.send(String(repeating: request, count: 1000))
        counter.sent.add(1000, ordering: .acquiringAndReleasing)
      }
    }
    // Their answers are over 40 MB: piled up, they would stand in this process. How many requests the kernel's
    // buffers take meanwhile is the machine's business.
    #expect(BackpressureTests.settle(counter.sent) > 0)
    #expect(BackpressureTests.memory - before < 32 << 20)
    // All are answered in the end, alike to the byte.
    client.widen()
    let single = try proxy.connect()
    try single.send(request)
    let size = try single.readSome().count
    var left = count * size
    while left > 0, case let bytes = try client.readSome(), !bytes.isEmpty { left -= bytes.count }
    #expect(left == 0)
    #expect(proxy.comesToRest)
  }

  /// The answer came before the request's end and waits to be read, when the request turns out to be nonsense: the
  /// client gets the one answer, and no second one behind it.
  @Test func noSecondAnswerBehindAnEarlyOne() throws {
    let size = 8 << 20
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send(
        "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n" + String(repeating: "x", count: size))
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, settings: "limits: {bufferSize: 16MiB}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    // In this order: before the connection is opened there is none either.
    #expect(
      eventually {
        proxy.metrics[.upstreamBytesReceived] > size && proxy.service.gauge(.connectionsActive) == 0
      })
    try client.send("nonsense\r\n")
    client.widen()
    let all = try client.readToEnd()
    #expect(all.hasPrefix("HTTP/1.1 200 "))
    #expect(all.utf8.count { $0 == UInt8(ascii: "x") } == size)
    #expect(!all.contains("HTTP/1.1 400"))
    #expect(proxy.comesToRest)
  }
}
