import Foundation
import Testing

/// A running program whose configuration's file changes.
@Suite struct ReloadTests {
  private let directory = Scratch()
  private let first = Origin(body: "first")
  private let second = Origin(body: "second")

  private static func yaml(_ origin: Origin, more: String = "") -> String {
    """
    admin: {address: "127.0.0.1:0"}
    accessLog: {path: "off"}
    \(Binary.yaml(to: origin.port, more: more))
    """
  }

  private func start(_ file: String = "apus.yaml") throws -> Binary {
    try Binary(
      Program("/bin/sh", ["-c", "exec '\(Program.apus)' run --config \(file)"], in: directory))
  }

  private func ask(_ client: Wire) throws -> String {
    try client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").text
  }

  private func reload(_ apus: Binary) throws -> Program.Ended {
    let port = try #require(apus.program.port(in: "admin server listening"))
    return try Program.runApus("reload", "--admin", "127.0.0.1:\(port)")
  }

  /// Written in place, replaced by another, and reached by another link.
  @Test func aChangedFileIsTakenUp() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    let client = try apus.connect()
    #expect(try ask(client) == "first")
    try directory.write(Self.yaml(second), to: "apus.yaml")
    #expect(apus.program.line(containing: "snapshot=2") != nil)
    #expect(try ask(client) == "second")
    let file = try FileHandle(forWritingTo: directory.file("apus.yaml"))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(Self.yaml(first).utf8))
    try file.close()
    #expect(eventually { (try? ask(client)) == "first" })
  }

  @Test func aConfigMapIsTakenUp() throws {
    let files = FileManager.default
    for (name, origin) in [("one", first), ("two", second)] {
      try files.createDirectory(atPath: directory.path(name), withIntermediateDirectories: true)
      try directory.write(Self.yaml(origin), to: "\(name)/apus.yaml")
    }
    try files.createSymbolicLink(atPath: directory.path("..data"), withDestinationPath: "one")
    try files.createSymbolicLink(atPath: directory.path("apus.yaml"), withDestinationPath: "..data/apus.yaml")
    let apus = try start()
    let client = try apus.connect()
    #expect(try ask(client) == "first")
    try files.createSymbolicLink(atPath: directory.path("..data_tmp"), withDestinationPath: "two")
    #expect(unsafe rename(directory.path("..data_tmp"), directory.path("..data")) == 0)
    #expect(apus.program.line(containing: "snapshot=2") != nil)
    #expect(try ask(client) == "second")
  }

  @Test func byTheSignal() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    apus.program.signal(SIGHUP)
    #expect(apus.program.line(containing: "snapshot=2") != nil)
    #expect(try ask(apus.connect()) == "first")
  }

  @Test func aBadFileIsRefusedWithAllThatIsWrong() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    let client = try apus.connect()
    try directory.write(Self.yaml(second, more: "serv: 1\nworkrs: 2"), to: "apus.yaml")
    let refused = try reload(apus)
    #expect(refused.status == 1)
    #expect(
      refused.errors.contains("unknown field `serv`") && refused.errors.contains("unknown field `workrs`"))
    #expect(refused.errors.contains("refused: snapshot 1 goes on"))
    #expect(try ask(client) == "first")
    #expect(try apus.ask("/ready").text.contains("unknown field `serv`"))
    #expect(try apus.ask("/ready").status == 200)
    let metrics = try apus.ask("/metrics").text
    #expect(metrics.contains("apus_config_in_effect 0") && metrics.contains("{result=\"used\"} 0"))
    try directory.write(Self.yaml(second, more: "workers: 7"), to: "apus.yaml")
    let taken = try reload(apus)
    #expect(taken.status == 0 && taken.output.hasPrefix("taken: snapshot "))
    #expect(taken.errors.contains("workers takes effect when the process is started again"))
    #expect(try ask(client) == "second")
    #expect(try apus.ask("/metrics").text.contains("apus_config_in_effect 1"))
  }

  @Test func aListenerWhoseAddressIsTakenIsRefused() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    let other = "{name: more, address: \"127.0.0.1:\(second.port)\"}"
    try directory.write(
      Self.yaml(second).replacing("127.0.0.1:0\"}]", with: "127.0.0.1:0\"}, \(other)]"), to: "apus.yaml")
    let refused = try reload(apus)
    #expect(refused.status == 1 && refused.errors.contains("cannot listen on 127.0.0.1:\(second.port)"))
    #expect(try ask(apus.connect()) == "first")
  }

  @Test func nothingIsLoadedWithoutAFile() throws {
    let apus = try Binary(upstream: "127.0.0.1:\(first.port)")
    let refused = try reload(apus)
    #expect(refused.status == 1 && refused.errors.contains("did not come from a file"))
    let nobody = try Program.runApus("reload", "--admin", "127.0.0.1:\(Origin.closedPort())")
    #expect(nobody.status == 1 && nobody.errors.contains("cannot be asked"))
  }

  @Test func whatAFileWouldChangeIsShown() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    let admin = "127.0.0.1:\(try #require(apus.program.port(in: "admin server listening")))"
    let same = try Program.runApus("diff", "--admin", admin, directory.path("apus.yaml"))
    #expect(same.status == 0 && same.output == "nothing would change\n", "\(same)")
    try directory.write(Self.yaml(second, more: "drain: 5s"), to: "other.yaml")
    let other = try Program.runApus("diff", "--admin", admin, directory.path("other.yaml"))
    #expect(other.status == 1)
    #expect(other.output.contains("~ drain: 30s → 5s\n"))
    #expect(other.output.contains("- services[origin].endpoints[127.0.0.1:\(first.port)]\n"))
    #expect(other.output.contains("+ services[origin].endpoints[127.0.0.1:\(second.port)]"))
    try directory.write("serv: 1", to: "bad.yaml")
    let bad = try Program.runApus("diff", "--admin", admin, directory.path("bad.yaml"))
    #expect(bad.status == 2 && bad.errors.contains("unknown field"))
    #expect(try ask(apus.connect()) == "first")
  }

  /// Nobody may keep the process from ending by putting a FIFO in the file's place.
  @Test func aFIFOInTheFilesPlaceIsRefused() throws {
    try directory.write(Self.yaml(first), to: "apus.yaml")
    let apus = try start()
    try FileManager.default.removeItem(at: directory.file("apus.yaml"))
    #expect(unsafe mkfifo(directory.path("apus.yaml"), 0o600) == 0)
    #expect(try reload(apus).status == 1)
    #expect(try ask(apus.connect()) == "first")
    apus.program.signal(SIGTERM)
    #expect(apus.program.wait().status == 0)
  }
}
