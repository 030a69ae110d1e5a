import Foundation
import Testing

/// A running program and its signals.
@Suite struct SignalTests {
  /// The binary in front of an upstream that answers once it may, with one request under way.
  private final class Scene {
    let apus: Binary
    let client: Wire
    let mayAnswer = Gate()
    private let origin: Origin

    init() throws {
      let (asked, mayAnswer) = (Gate(), mayAnswer)
      origin = Origin { wire, _ in
        _ = try wire.readHead()
        asked.open()
        mayAnswer.wait()
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
      apus = try Binary(upstream: "127.0.0.1:\(origin.port)")
      client = try apus.connect()
      try client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
      asked.wait()
    }

    deinit { mayAnswer.open() }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func finishesWhatIsInFlight(_ number: Int32) throws {
    let scene = try Scene()
    #expect(try scene.apus.ask("/ready").status == 200)
    scene.apus.program.signal(number)
    _ = try #require(scene.apus.program.line(containing: "draining"))
    let ready = try scene.apus.ask("/ready")
    #expect(ready.status == 503 && ready.text.contains("\"draining\""))
    scene.mayAnswer.open()
    let answer = try scene.client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("\r\n\r\nok"), "\(answer)")
    let end = scene.apus.program.wait()
    #expect(end.status == 0)
    #expect(end.errors.contains("drained"))
  }

  @Test(arguments: [(SIGTERM, SIGTERM), (SIGTERM, SIGINT), (SIGINT, SIGINT)])
  func endsAtOnceWithTheSecondSignal(_ first: Int32, second: Int32) throws {
    let scene = try Scene()
    scene.apus.program.signal(first)
    _ = try #require(scene.apus.program.line(containing: "draining"))
    scene.apus.program.signal(second)
    #expect(scene.apus.program.wait().status == 128 + second)
    // Nothing that could be taken for an answer: an end, or a reset.
    #expect((try? scene.client.readToEnd()) ?? "" == "")
  }

  /// What elsewhere means a reload, and comes when a terminal closes, ends nothing.
  @Test func hangingUpIsSurvived() throws {
    let scene = try Scene()
    scene.apus.program.signal(SIGHUP)
    _ = try #require(scene.apus.program.line(containing: "SIGHUP"))
    scene.mayAnswer.open()
    #expect(try scene.client.readMessage().text == "ok")
    scene.apus.program.signal(SIGTERM)
    #expect(scene.apus.program.wait().status == 0)
  }

  @Test func logsInJSONWhereAsked() throws {
    let program = try Program(
      apus: [
        "run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:9", "--admin", "off", "--log-format",
        "json",
      ])
    let line = try #require(program.line(containing: "\"message\":\"ready\""))
    let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(json?["level"] as? String == "info")
    program.signal(SIGTERM)
    #expect(program.wait().status == 0)
  }

  @Test func timeIsUpWhereTheDrainTakesTooLong() throws {
    let asked = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      asked.open()
      _ = try wire.readToEnd()
    }
    let apus = try Binary(Binary.yaml(to: origin.port, more: "drain: 50ms"))
    let client = try apus.connect()
    try client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
    asked.wait()
    apus.program.signal(SIGTERM)
    let end = apus.program.wait()
    #expect(
      end.status == 0 && end.errors.contains("time is up") && end.errors.contains("exchanges=1"), "\(end)")
  }
}
