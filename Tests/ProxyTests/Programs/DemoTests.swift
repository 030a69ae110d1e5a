import Foundation
import Testing

/// The demo as continuous integration sees it.
@Suite struct DemoTests {
  /// Ports that were free a moment ago, since the demo's file names those of its services.
  /// - Parameter web: a port for the first endpoint of that service.
  private func configuration(web: UInt16? = nil) throws -> String {
    let text = try String(
      contentsOf: Program.root.appendingPathComponent("configs/demo.yaml"), encoding: .utf8)
    var moved = text
    for port in 18081...18087 {
      moved.replace(":\(port)", with: ":\(port == 18081 ? web ?? Origin.freePort() : Origin.freePort())")
    }
    return moved
  }

  private func run(_ text: String, as name: String = "demo.yaml", with variables: [String: String] = [:])
    throws
    -> Program.Ended
  {
    let directory = Scratch()
    try FileManager.default.createDirectory(at: directory.file("configs"), withIntermediateDirectories: true)
    try directory.write(text, to: name)
    let free = ["CI": "1", "DEMO_PORT": "0", "DEMO_ADMIN_PORT": "0"]
    return try Program.runApus(
      "demo", "--config", directory.path(name), environment: free.merging(variables) { $1 })
  }

  /// The first endpoint of web is somebody else's.
  @Test func tellsHowToComeRoundAnAddressThatIsTaken() throws {
    let origin = Origin(body: "x")
    let text = try configuration(web: origin.port)
    let taken = "cannot listen on 127.0.0.1:\(origin.port): "
    let own = try run(text)
    #expect(own.status == 1)
    #expect(
      own.errors.contains(taken) && own.errors.hasSuffix("demo.yaml may name another address.\n"), "\(own)")
    #expect(!own.errors.contains("DEMO_"))
    let standard = try run(text, as: "configs/demo.yaml")
    #expect(standard.status == 1)
    #expect(
      standard.errors.contains(taken) && standard.errors.contains("DEMO_SERVICES=127.0.0.2"), "\(standard)")
    let listener = try run(
      try configuration(), as: "configs/demo.yaml", with: ["DEMO_PORT": "\(origin.port)"])
    #expect(listener.errors.contains("DEMO_PORT=0"), "\(listener)")
  }

  /// What the hint says is true.
  @Test func itsServicesCanBeMoved() throws {
    let result = try run(try configuration(), with: ["DEMO_SERVICES": "127.0.0.2"])
    #expect(result.status == 0, "\(result)")
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
