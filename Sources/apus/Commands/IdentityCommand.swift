internal import Certificates
internal import Configuration
internal import Identity
internal import Reactor

enum IdentityCommand {
  static let definition = CommandDefinition(
    "identity", summary: "Make certificates for trying mutual TLS, or show some.",
    usage: ["init --directory DIR --trust-domain NAME SERVICE …", "show FILE …"], operands: 0...1000,
    options: [
      OptionDefinition("directory", "DIR", help: "Where the files go. It is made where it is missing."),
      OptionDefinition(
        "trust-domain", "NAME", help: "Whose names the services have: a-z, 0-9, `.`, `-`, `_`."),
      OptionDefinition(
        "dns", "NAME", isRepeatable: true,
        help: "A DNS name besides its own for every service, such as\nlocalhost."),
      OptionDefinition("days", "N", help: "How long they hold, 90 unless told (1 to 3650)."),
      OptionDefinition("force", help: "Replace files that are there."),
    ],
    notes: """
      `init` makes a certificate authority, ca.crt and ca.key, and for each SERVICE a
      certificate of its own that the authority has signed, NAME.crt and NAME.key: an
      X.509-SVID. SERVICE is a name, web, or a path, ns/shop/sa/web; its SPIFFE ID is
      spiffe://TRUST-DOMAIN/SERVICE, and the last part of it is NAME. Keys are for
      their owner's eyes only. For trying and for tests: nothing revokes or renews.
      `show` prints what the certificates in PEM files say; keys in them are not read.
      """)

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    let operands = Array(arguments.operands.dropFirst())
    switch arguments.operands.first {
    case nil: throw usage("say what to do: init makes certificates, show prints some")
    case "init": return try makeAll(IdentityPlan(arguments, services: operands))
    case "show": return try show(operands, arguments)
    case let word?:
      let near = Suggestion.nearest(to: word, among: ["init", "show"]).map { "; did you mean '\($0)'?" }
      throw usage("'\(word)' is nothing that it does" + (near ?? "; there are init, show"))
    }
  }

  static func usage(_ message: String) -> UsageError { UsageError(message, command: "identity") }

  private static func makeAll(_ plan: IdentityPlan) -> Int32 {
    do throws(FileBatch.Failure) {
      var batch = FileBatch(directory: plan.directory)
      try plan.issue(into: &batch, now: FileBatch.now())
      try batch.write(replacing: plan.replaces)
      Terminal.write(IdentityReport.made(plan))
      return 0
    } catch {
      Terminal.writeError("apus: \(error.path): \(error.message)\n")
      return 1
    }
  }

  private static func show(_ files: [String], _ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    for option in ["directory", "trust-domain", "dns", "days", "force"] where arguments.has(option) {
      throw usage("'--\(option)' is for `init`")
    }
    if files.isEmpty { throw usage("FILE is missing: which certificates?") }
    var status: Int32 = 0
    for file in files {
      do throws(FileContents.Failure) {
        let bytes = try FileContents.read(file, limit: CertificateDescription.maximumSize)
        do throws(CertificateError) {
          let found = try CertificateDescription.all(inPEM: bytes.span)
          Terminal.write(IdentityReport.shown(found, file: file, now: FileBatch.now()))
        } catch {
          throw FileContents.Failure(message: "\(error.reason)")
        }
      } catch {
        Terminal.writeError("apus: \(file): \(error.message)\n")
        status = 1
      }
    }
    return status
  }
}
