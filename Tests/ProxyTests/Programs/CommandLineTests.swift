import Foundation
import Testing

@testable import apus

/// The program as people call it: words in, texts and exit statuses out.
@Suite struct CommandLineTests {
  @Test func tellsItsVersion() throws {
    for words in ["version", "--version"] {
      let result = try Program.runApus(words)
      let lines = result.output.split(separator: "\n")
      #expect(result.status == 0 && lines.count == 3 && lines[0] == "apus \(Version.text)", "\(result)")
      #expect(lines[1].hasPrefix("OpenSSL 3.") && lines[2].hasPrefix("nghttp2 1."))
    }
  }

  @Test(arguments: [
    ["--help"], ["help"], ["-h"], ["help", "run"], ["run", "--help"], ["check", "x", "-h"],
  ])
  func helpIsEverywhere(_ words: [String]) throws {
    let result = try Program(apus: words).wait()
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.output.contains("Usage: apus"))
  }

  @Test(arguments: [
    ([], "Usage: apus COMMAND"),
    (["rnu"], "unknown command 'rnu'; did you mean 'run'?"),
    (["help", "chekc"], "did you mean 'check'?"),
    (["run"], "'--config FILE' is missing, or '--listen' and '--upstream'"),
    (["run", "--listen", ":0"], "'--upstream' is missing"),
    (["run", "--upstrem", ":0"], "did you mean '--upstream'?"),
    (["run", "--config", "a", "--listen", "b"], "'--listen' stands in for a file"),
    (["run", "--config", "a", "--log-level", "loud"], "error, warning, info or debug, not 'loud'"),
    (["run", "--config", "a", "--admin", "here"], "'--admin' is an address"),
    (["check"], "FILE is missing"),
    (["diff"], "apus: FILE is missing"),
    (["demo", "--seconds", "0"], "a number from 5 to 3600"),
  ])
  func saysWhatIsWrongAndExitsWith2(_ words: [String], message: String) throws {
    let result = try Program(apus: words).wait()
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func checksFiles() throws {
    let good = try Program.runApus("check", "configs/gateway.yaml")
    #expect(good.status == 0 && good.output.hasPrefix("configs/gateway.yaml: valid: "), "\(good)")
    let directory = Scratch()
    let path = directory.path("bad.yaml")
    try directory.write("listener: []\nservices: [{name: a, endpoints: [x]}]\n", to: "bad.yaml")
    let bad = try Program.runApus("check", path)
    #expect(bad.status == 1 && bad.output.isEmpty)
    #expect(bad.errors.contains("\(path):1:1: ") && bad.errors.contains("did you mean `listeners`?"))
    #expect(bad.errors.contains("\(path):2:"))
    #expect(bad.errors.hasSuffix("\(path): 2 errors\n"), "\(bad.errors)")
    #expect(try Program.runApus("check", "/nowhere").status == 1)
  }

  @Test func checksStandardInput() throws {
    let directory = Scratch()
    try directory.write("servces: []\n", to: "bad.yaml")
    func check(_ file: String) throws -> Program.Ended {
      try Program("/bin/sh", ["-c", "'\(Program.apus)' check - < '\(file)'"], in: directory).wait()
    }
    let bad = try check("bad.yaml")
    #expect(bad.status == 1 && bad.errors.hasPrefix("<stdin>:1:1: unknown field `servces`"), "\(bad)")
    #expect(bad.errors.hasSuffix("standard input: 1 error\n"))
    let good = try check(Program.root.appendingPathComponent("configs/gateway.yaml").path)
    #expect(good.status == 0 && good.output.hasPrefix("standard input: valid: "))
  }

  @Test func theReadmesTenLinesAreValid() throws {
    let readme = try String(contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
    let yaml = try #require(readme.firstMatch(of: /```yaml\n((?s:.*?))```/)?.1)
    let directory = Scratch()
    try directory.write(String(yaml), to: "readme.yaml")
    let result = try Program.runApus("check", directory.path("readme.yaml"))
    #expect(result.status == 0, "\(result)")
    #expect(yaml.split(separator: "\n").count <= 12)
  }

  /// A log that programs read has no other lines between, whoever chose the format.
  @Test func findingsAreEventsOfALogInJSON() throws {
    let directory = Scratch()
    let bad = "log: {format: json}\nlistener: []\nservices: [{name: a, endpoints: [x]}]\n"
    try directory.write(bad, to: "bad.yaml")
    let path = directory.path("bad.yaml")
    let byFile = try Program.runApus("run", "--config", path)
    let byOption = try Program.runApus("run", "--config", "/nowhere", "--log-format", "json")
    for result in [byFile, byOption] {
      #expect(result.status == 1)
      let lines = result.errors.split(separator: "\n")
      #expect(!lines.isEmpty, "\(result)")
      #expect(lines.allSatisfy { $0.hasPrefix(#"{"time":"#) && $0.hasSuffix("}") }, "\(result)")
    }
    let message = #""level":"error","message":"configuration error","reason":"#
    #expect(byFile.errors.contains(message + #""unknown field `listener`"#), "\(byFile)")
    #expect(byFile.errors.contains(#""line":3,"column":34,"path":"services[0].endpoints[0]"}"#), "\(byFile)")
    let unreadable = #""cannot be read: No such file or directory","file":"/nowhere"}"#
    #expect(byOption.errors.contains(message + unreadable), "\(byOption)")
    #expect(try Program.runApus("check", path).errors.hasPrefix("\(path):2:1: "))
  }

  @Test func saysWhyItCannotStart() throws {
    let holder = Origin(body: "")
    defer { holder.stop() }
    let address = "127.0.0.1:\(holder.port)"
    let taken = try Program.runApus("run", "--listen", address, "--upstream", "127.0.0.1:9", "--admin", "off")
    #expect(taken.status == 1)
    #expect(
      taken.errors.contains(address) && taken.errors.contains("Address already in use"), "\(taken.errors)")
    let admin = try Program.runApus("run", "--listen", ":0", "--upstream", "127.0.0.1:9", "--admin", address)
    #expect(
      admin.status == 1 && admin.errors.contains("admin: cannot listen on \(address)"), "\(admin.errors)")
    let directory = Scratch()
    try directory.write(
      """
      admin: {address: "off"}
      listeners: [{name: a, address: "127.0.0.1:0"}]
      services: [{name: a, endpoints: ["127.0.0.1:9"]}]
      accessLog: {path: /nowhere/log}
      """, to: "log.yaml")
    let log = try Program.runApus("run", "--config", directory.path("log.yaml"))
    #expect(log.status == 1)
    #expect(
      log.errors.contains("the access log cannot be written to /nowhere/log: No such file or directory"),
      "\(log.errors)")
    let invalid = try Program.runApus("run", "--config", "/nowhere")
    #expect(invalid.status == 1 && invalid.errors.contains("/nowhere: cannot be read"))
  }
}
