import Foundation
import Testing

/// The whole program between curl or wrk and nginx.
@Suite(.enabled(if: ["curl", "wrk", "nginx", "promtool"].allSatisfy { Tool.path($0) != nil }))
struct RealProgramsTests {
  private final class Scene {
    let nginx: Nginx
    let program: Program
    let url: String
    let admin: String

    init() throws {
      nginx = try Nginx()
      program = try Program(
        ["run", "--listen", "127.0.0.1:0", "--upstream", nginx.address, "--admin", "127.0.0.1:0"])
      url = "http://" + (try #require(program.value(of: "address", in: "listening name=")))
      admin = "http://" + (try #require(program.value(of: "address", in: "admin server listening")))
      _ = try #require(program.line(containing: "ready"))
    }

    deinit { program.signal(SIGTERM) }
  }

  @Test func curlSeesWhatNginxSays() throws {
    let scene = try Scene()
    let echo = try Tool.curl("-H", "Host: shop.example", scene.url + "/echo").split(separator: " ")
    #expect(echo[0] == "GET" && echo[1] == "shop.example" && echo[2] == "127.0.0.1")
    #expect(echo[3].wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\n/) != nil)
    #expect(try Tool.curl("-I", scene.url + "/echo").hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(try Tool.curl("-0", scene.url + "/echo").hasPrefix("GET "))
    #expect(try Tool.curl("-o", "/dev/null", "-w", "%{http_code}", scene.url + "/missing") == "404")
  }

  @Test func connectionsAreKept() throws {
    let scene = try Scene()
    let connects = try Tool.curl(
      "-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects} ", scene.url + "/echo", scene.url + "/echo"
    )
    #expect(connects == "1 0 ")
  }

  @Test func largeBodiesArriveWhole() throws {
    let scene = try Scene()
    var bytes = Data(count: 24 << 20)
    for index in stride(from: 0, to: bytes.count, by: 997) {
      bytes[index] = UInt8(truncatingIfNeeded: index >> 4)
    }
    try scene.nginx.write("large", bytes)
    let copy = scene.nginx.folder + "/copy"
    _ = try Tool.curl("-o", copy, scene.url + "/large")
    #expect(FileManager.default.contents(atPath: copy) == bytes)
    let upload = scene.nginx.folder + "/www/large"
    #expect(try Tool.curl("-T", upload, scene.url + "/echo").hasPrefix("PUT "))
    #expect(
      try Tool.curl("-T", upload, "-H", "Transfer-Encoding: chunked", scene.url + "/echo").hasPrefix("PUT "))
  }

  @Test func wrkMeetsNoError() throws {
    let scene = try Scene()
    let load = try Tool.run("wrk", ["-t1", "-c16", "-d1s", scene.url + "/echo"])
    #expect(load.status == 0 && load.output.contains("requests in"))
    #expect(!load.output.contains("Non-2xx") && !load.output.contains("Socket errors"), "\(load.output)")
    let metrics = try Tool.curl(scene.admin + "/metrics")
    let counted = metrics.firstMatch(
      of: /\napus_service_requests_total\{service="upstream",status="2xx"\} (\d+)/)
    #expect((counted.flatMap { Int($0.1) } ?? 0) > 100)
    let check = try Tool.run("promtool", ["check", "metrics"], input: metrics)
    #expect(check.status == 0 && check.output.isEmpty, "\(check.output)")
  }

  @Test func saysWhyWhenNginxIsGone() throws {
    let scene = try Scene()
    #expect(try Tool.curl(scene.url + "/echo").hasPrefix("GET "))
    scene.nginx.stop()
    let answer = try Tool.curl("-i", scene.url + "/echo")
    #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
    #expect(
      answer.contains("\r\nproxy-status: ") && answer.contains("apus: connection to the endpoint failed\n"),
      "\(answer)")
  }
}
