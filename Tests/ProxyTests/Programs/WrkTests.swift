import Telemetry
import Testing

/// wrk as many clients at a time.
@Suite(.enabled(if: Program.isInstalled("wrk"), "wrk is not installed; `make test` installs it"))
struct WrkTests {
  @Test(arguments: [1, 2]) func twoSecondsOfLoadWithoutAnError(_ workers: Int) throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port, workers: workers)
    let ended = try Program.run("wrk", ["-t1", "-c32", "-d2s", "http://127.0.0.1:\(proxy.port)/"])
    #expect(ended.status == 0)
    #expect(ended.output.contains("requests in"))
    #expect(!ended.output.contains("Socket errors"), "\(ended.output)")
    #expect(!ended.output.contains("Non-2xx"), "\(ended.output)")
    #expect(proxy.metrics.services[0].requests.total > 100)
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
    #expect(proxy.comesToRest)
  }
}
