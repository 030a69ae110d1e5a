import Foundation
import Testing

/// `apus identity` as people call it, and OpenSSL as its judge.
@Suite struct IdentityProgramTests {
  private let folder = Scratch()

  private func make(_ words: String...) throws -> Program.Ended {
    try Program(
      apus: ["identity", "init", "--directory", folder.path("ids"), "--trust-domain", "prod"] + words
    ).wait()
  }

  @Test func whatItMakesIsTaken() throws {
    let made = try make("--dns", "localhost", "web", "ns/shop/sa/api")
    #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
    for line in [
      "spiffe://prod/ns/shop/sa/api, for 90 days", "clientCertificates: {trust: [",
      "- name: api", "subjectAltNames: [{uri: \"spiffe://prod/ns/shop/sa/api\"}]",
    ] {
      #expect(made.output.contains(line), "\(made.output)")
    }
    for name in ["web", "api"] {
      let verified = try Program.run(
        "openssl",
        [
          "verify", "-x509_strict", "-verify_hostname", "localhost", "-CAfile", folder.path("ids/ca.crt"),
          folder.path("ids/\(name).crt"),
        ])
      #expect(verified.status == 0, "\(verified)")
    }
  }

  @Test func itShowsNoKeys() throws {
    _ = try make("web")
    let key = String(decoding: folder.read("ids/web.key"), as: UTF8.self)
    try folder.write(key + String(decoding: folder.read("ids/web.crt"), as: UTF8.self), to: "both.pem")
    let shown = try Program.runApus("identity", "show", folder.path("both.pem"))
    #expect(shown.status == 0)
    #expect(shown.output.contains("  SPIFFE ID: spiffe://prod/web\n"), "\(shown.output)")
    #expect(
      shown.output.contains("  valid: for 89 days more") || shown.output.contains("  valid: for 90 days more")
    )
    for line in key.split(separator: "\n") { #expect(!shown.output.contains(line)) }
    let none = try Program.runApus("identity", "show", folder.path("ids/web.key"), "/nowhere")
    #expect(none.status == 1 && none.output.isEmpty)
    #expect(none.errors.contains("holds no certificate") && none.errors.contains("No such file"))
  }

  @Test func itReplacesOnlyWhenAsked() throws {
    _ = try make("web")
    let before = folder.read("ids/web.key")
    let again = try make("web")
    #expect(again.status == 1 && again.errors.contains("(--force replaces)"), "\(again)")
    #expect(folder.read("ids/web.key") == before && !before.isEmpty)
    #expect(try make("--force", "web").status == 0)
    #expect(folder.read("ids/web.key") != before)
  }

  /// A full disk is what a limit on the size of files looks like.
  @Test func aFullDiskLeavesNothingBehind() throws {
    let script =
      "(trap '' XFSZ; ulimit -f 0; '\(Program.apus)' identity init --directory ids --trust-domain a web; echo status $?) 2>&1 | cat"
    let ended = try Program.run("sh", ["-c", script], in: folder)
    #expect(ended.output.contains("apus: ids/ca.crt: File too large\nstatus 1\n"), "\(ended)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("ids")) == [])
  }

  @Test(arguments: [
    (["identity"], "say what to do: init makes certificates, show prints some"),
    (["identity", "inti"], "did you mean 'init'?"),
    (["identity", "init"], "'--directory DIR' is missing"), (["identity", "show"], "FILE is missing"),
    (["identity", "show", "--force", "x"], "'--force' is for `init`"),
  ])
  func itSaysWhatIsWrong(words: [String], message: String) throws {
    let ended = try Program(apus: words).wait()
    #expect(ended.status == 2 && ended.errors.contains(message), "\(ended)")
  }
}
