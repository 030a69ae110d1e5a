internal import Admin
internal import Client
internal import Configuration
internal import HTTP
internal import JSON
internal import Mesh

enum DiffCommand {
  static let definition = CommandDefinition(
    "diff", summary: "Show what a file would change in a running proxy.",
    usage: ["[--admin ADDRESS] FILE [REST]"], operands: 1...2, options: [AdminCall.option],
    notes: """
      Compares FILE with the configuration in effect, defaults filled in on both
      sides: + what would come, - what would go, ~ what would be another. ${VAR} is
      expanded with the environment of this command. Secrets, which the admin server
      shows as ***, are not compared; nor is the address of the admin server.
      Where FILE says by `configuration` that the rest of it is in etcd or Kubernetes,
      REST is a file with what is to be there.
      Exit status: 0 nothing would change, 1 something would, 2 FILE is not valid or
      nobody answers.
      """)

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    let address = try AdminCall.address(arguments, command: "diff")
    guard let loaded = ConfigurationReport.load(arguments.operands) else { return 2 }
    Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    if let place = loaded.beginning?.rest {
      Terminal.writeError("apus diff: the rest of the configuration is at \(place): give a file with it\n")
    }
    guard let snapshot = loaded.snapshot else { return 2 }
    do throws(AdminCall.Failure) {
      let (status, body) = try AdminCall.send(ClientRequest(.get, AdminService.configPath), to: address)
      guard status == 200, let present = try? JSONParser.parse(body.span, limit: body.count) else {
        throw AdminCall.Failure(message: "what answers at \(address) is no admin server of apus")
      }
      return tell(present, loaded, snapshot)
    } catch {
      Terminal.writeError("apus diff: \(error.message)\n")
      return 2
    }
  }

  private static func tell(
    _ present: JSONNode, _ loaded: LoadedConfiguration, _ snapshot: MeshSnapshot
  ) -> Int32 {
    LogOptions.standard.apply(loaded.log)
    let text = AdminService.configuration(snapshot)
    guard let wanted = try? JSONParser.parse(text.span, limit: text.count) else { return 2 }
    let difference = ConfigurationDifference(from: without("admin", present), to: without("admin", wanted))
    if difference.lines.isEmpty {
      Terminal.write("nothing would change\n")
      return 0
    }
    for line in difference.lines { Terminal.write("\(line)\n") }
    return 1
  }

  private static func without(_ name: String, _ node: JSONNode) -> JSONNode {
    guard case .object(let members) = node else { return node }
    return .object(members.filter { $0.name != name })
  }
}
