internal import Admin
internal import Client
internal import HTTP
internal import JSON

enum ReloadCommand {
  static let definition = CommandDefinition(
    "reload", summary: "Have a running proxy load its file anew.", usage: ["[--admin ADDRESS]"],
    options: [AdminCall.option],
    notes: """
      The proxy reads its configuration's file again, as it does by itself when the
      file changes. A valid one takes effect without losing a request; a bad one is
      refused with every error, and the former one goes on. One that asks for
      endpoints that are not known yet takes effect once they are, after
      timeouts.discovery at the latest; /ready says so until then.
      Exit status: 0 taken, or waits; 1 refused or nobody answers.
      """)

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    let address = try AdminCall.address(arguments, command: "reload")
    var request = ClientRequest(.post, AdminService.reloadPath)
    request.fields = [.init(AdminService.requestField, "reload")]
    let answer: AdminCall.Answer
    do throws(AdminCall.Failure) {
      answer = try AdminCall.send(request, to: address)
    } catch {
      Terminal.writeError("apus reload: \(error.message)\n")
      return 1
    }
    let (status, body) = (answer.status, answer.body)
    guard let report = try? JSONParser.parse(body.span, limit: body.count),
      let version = report["snapshot"]?.integer
    else {
      Terminal.writeError("apus reload: \(String(decoding: body, as: UTF8.self))")
      return 1
    }
    for fault in (report["faults"]?.array ?? []).compactMap(\.string) { Terminal.writeError("\(fault)\n") }
    for path in (report["afterRestart"]?.array ?? []).compactMap(\.string) {
      Terminal.writeError("\(path) takes effect when the process is started again\n")
    }
    if status == 200 {
      Terminal.write("taken: snapshot \(version) is in effect\n")
      return 0
    }
    if status == 202 {
      let services = (report["waitsFor"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
      Terminal.write(
        "valid, waits for the endpoints of \(services): snapshot \(version) goes on until then\n")
      return 0
    }
    Terminal.writeError("refused: snapshot \(version) goes on\n")
    return 1
  }
}
