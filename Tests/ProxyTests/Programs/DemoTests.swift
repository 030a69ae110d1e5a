import Foundation
import Testing

/// The demo as continuous integration sees it.
@Suite struct DemoTests {
  /// Ports that were free a moment ago, since the demo's file names those of its services.
  private func configuration() throws -> String {
    let text = try String(
      contentsOf: Program.root.appendingPathComponent("configs/demo.yaml"), encoding: .utf8)
    var moved = text
    for port in 18081...18087 {
      moved.replace("127.0.0.1:\(port)", with: "127.0.0.1:\(Origin.freePort())")
    }
    return moved
  }

  private func run(_ text: String) throws -> Program.Ended {
    let directory = Scratch()
    try directory.write(text, to: "demo.yaml")
    return try Program.runApus(
      "demo", "--config", directory.path("demo.yaml"),
      environment: ["CI": "1", "DEMO_PORT": "0", "DEMO_ADMIN_PORT": "0"])
  }

  @Test func endsByItselfWhenEverythingWasSeen() throws {
    let result = try run(try configuration())
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("Everything went as it should."))
    #expect(result.output.contains("curl -i http://127.0.0.1:"))
    #expect(result.output.contains("flaky: too many failures, the breaker opened"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func failsWhereTheBreakerCannotOpen() throws {
    let text = try configuration().replacing("failureRate: 50%", with: "failureRate: 100%")
      .replacing("minimumRequests: 10", with: "minimumRequests: 1000000")
    let result = try run(text)
    #expect(result.status == 1)
    #expect(result.output.contains("Not as it should be: the breaker of flaky never opened"), "\(result)")
  }
}
