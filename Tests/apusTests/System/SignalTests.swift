import Foundation
import Testing

/// A running program and its signals.
@Suite struct SignalTests {
  /// A proxy in front of an upstream that the test plays, with one request under way.
  private final class Scene {
    let program: Program
    let proxy: String
    let admin: String
    let client: Plug
    let upstream: Plug

    init(_ options: [String] = []) throws {
      let (origin, address) = try Plug.listen()
      program = try Program(
        ["run", "--listen", "127.0.0.1:0", "--upstream", address, "--admin", "127.0.0.1:0"] + options)
      proxy = try #require(program.value(of: "address", in: "listening name="))
      admin = try #require(program.value(of: "address", in: "admin server listening"))
      _ = try #require(program.line(containing: "ready"))
      client = try Plug(to: proxy)
      try client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
      upstream = try origin.accept()
      _ = try upstream.read(until: "\r\n\r\n")
    }

    func ask(_ path: String) throws -> String {
      let plug = try Plug(to: admin)
      try plug.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      return try plug.readToEnd()
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func finishesWhatIsInFlight(_ number: Int32) throws {
    let scene = try Scene()
    #expect(try scene.ask("/ready").hasPrefix("HTTP/1.1 200 "))
    scene.program.signal(number)
    _ = try #require(scene.program.line(containing: "draining"))
    let ready = try scene.ask("/ready")
    #expect(ready.hasPrefix("HTTP/1.1 503 ") && ready.contains("\"draining\""))
    try scene.upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    let answer = try scene.client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("\r\n\r\nok"), "\(answer)")
    let end = scene.program.end()
    #expect(end.status == 0)
    #expect(end.errors.contains("drained"))
  }

  @Test(arguments: [(SIGTERM, SIGTERM), (SIGTERM, SIGINT), (SIGINT, SIGINT)])
  func endsAtOnceWithTheSecondSignal(_ first: Int32, second: Int32) throws {
    let scene = try Scene()
    scene.program.signal(first)
    _ = try #require(scene.program.line(containing: "draining"))
    scene.program.signal(second)
    #expect(scene.program.end().status == 128 + second)
    // Nothing that could be taken for an answer: an end, or a reset.
    #expect((try? scene.client.readToEnd()) ?? "" == "")
  }

  @Test func logsInJSONWhereAsked() throws {
    let program = try Program(
      [
        "run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:9", "--admin", "off", "--log-format",
        "json",
      ])
    let line = try #require(program.line(containing: "\"message\":\"ready\""))
    let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(json?["level"] as? String == "info")
    program.signal(SIGTERM)
    #expect(program.end().status == 0)
  }

  @Test func timeIsUpWhereTheDrainTakesTooLong() throws {
    let path = NSTemporaryDirectory() + "apus-drain-\(getpid()).yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (origin, address) = try Plug.listen()
    let text = """
      drain: 50ms
      admin: {address: off}
      listeners: [{name: l, address: "127.0.0.1:0"}]
      services: [{name: s, endpoints: ["\(address)"]}]
      """
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let program = try Program(["run", "--config", path])
    let client = try Plug(to: try #require(program.value(of: "address", in: "listening")))
    try client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
    let upstream = try origin.accept()
    _ = try upstream.read(until: "\r\n\r\n")
    program.signal(SIGTERM)
    let end = program.end()
    #expect(
      end.status == 0 && end.errors.contains("time is up") && end.errors.contains("exchanges=1"), "\(end)")
  }
}
