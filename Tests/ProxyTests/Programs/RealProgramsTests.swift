import Foundation
import Testing

/// The whole program between curl or wrk and nginx.
@Suite(.enabled(if: ["curl", "wrk", "nginx", "promtool"].allSatisfy(Program.isInstalled)))
struct RealProgramsTests {
  private final class Scene {
    let nginx: Nginx
    let apus: Binary
    var url: String { "http://127.0.0.1:\(apus.port)" }

    init() throws {
      let echo = "$request_method $http_host $http_x_forwarded_for $http_traceparent\\n"
      nginx = try Nginx("", server: "location = /echo { return 200 \"\(echo)\"; }")
      apus = try Binary(upstream: nginx.address)
    }
  }

  private func curl(_ arguments: String...) throws -> String {
    try Program.run("curl", ["-sS", "--max-time", "20"] + arguments).output
  }

  @Test func curlSeesWhatNginxSays() throws {
    let scene = try Scene()
    let echo = try curl("-H", "Host: shop.example", scene.url + "/echo").split(separator: " ")
    #expect(echo[0] == "GET" && echo[1] == "shop.example" && echo[2] == "127.0.0.1")
    #expect(echo[3].wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\n/) != nil)
    #expect(try curl("-I", scene.url + "/echo").hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(try curl("-0", scene.url + "/echo").hasPrefix("GET "))
    #expect(try curl("-o", "/dev/null", "-w", "%{http_code}", scene.url + "/missing") == "404")
  }

  @Test func connectionsAreKept() throws {
    let scene = try Scene()
    let connects = try curl(
      "-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects} ", scene.url + "/echo", scene.url + "/echo"
    )
    #expect(connects == "1 0 ")
  }

  @Test func largeBodiesArriveWhole() throws {
    let scene = try Scene()
    let body = CurlTests.bytes(24 << 20)
    try scene.nginx.directory.write(body, to: "www/large")
    let copy = scene.nginx.directory.path("copy")
    _ = try curl("-o", copy, scene.url + "/large")
    #expect(scene.nginx.directory.read("copy") == body)
    // nginx answers before it has read: what is still sent then must stay below what a lingering close takes in.
    try scene.nginx.directory.write(CurlTests.bytes(512 << 10), to: "www/part")
    let upload = scene.nginx.directory.path("www/part")
    #expect(try curl("-T", upload, scene.url + "/echo").hasPrefix("PUT "))
    #expect(
      try curl("-T", upload, "-H", "Transfer-Encoding: chunked", scene.url + "/echo").hasPrefix("PUT "))
  }

  @Test func wrkMeetsNoError() throws {
    let scene = try Scene()
    let load = try Program.run("wrk", ["-t1", "-c16", "-d1s", scene.url + "/echo"])
    #expect(load.status == 0 && load.output.contains("requests in"))
    #expect(!load.output.contains("Non-2xx") && !load.output.contains("Socket errors"), "\(load.output)")
    let metrics = try scene.apus.ask("/metrics").text
    let counted = metrics.firstMatch(
      of: /\napus_service_requests_total\{service="upstream",status="2xx"\} (\d+)/)
    #expect((counted.flatMap { Int($0.1) } ?? 0) > 100)
    let check = try Program.run("promtool", ["check", "metrics"], input: metrics)
    #expect(check.status == 0 && check.output.isEmpty && check.errors.isEmpty, "\(check)")
  }

  @Test func saysWhyWhenNginxIsGone() throws {
    let scene = try Scene()
    #expect(try curl(scene.url + "/echo").hasPrefix("GET "))
    scene.nginx.stop()
    let answer = try curl("-i", scene.url + "/echo")
    #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
    #expect(
      answer.contains("\r\nproxy-status: ")
        && answer.contains("apus: connection to the endpoint failed: no such socket\n"),
      "\(answer)")
  }
}
