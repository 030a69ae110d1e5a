internal import Admin
internal import Configuration
internal import JSON
internal import Mesh
internal import Telemetry

enum DiffCommand {
  static let definition = CommandDefinition(
    "diff", summary: "Show what a file would change in a running proxy.",
    usage: ["[--admin ADDRESS] FILE [REST]"], operands: 1...2, options: [AdminCall.option],
    notes: """
      Compares FILE with the configuration in effect, defaults filled in on both
      sides: + what would come, - what would go, ~ what would be another, and ! what
      of it takes effect only when the process is started again. ${VAR} is expanded
      with the environment of this command. Secrets, which the admin server shows as
      ***, are not compared, and a line says so where there are any; nor is what the
      running proxy's command line says.
      Where FILE says by `configuration` that the rest of it is in etcd or Kubernetes,
      that is fetched, or REST is a file with what is to be there.
      Exit status: 0 nothing would change, 1 something would, 2 FILE is not valid, the
      rest of it cannot be fetched or nobody answers.
      """)

  private struct Failure: Error {
    /// A word on standard error; empty: enough has been said.
    var message = ""
    var status: Int32 = 2
  }

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    let address = try AdminCall.address(arguments, command: "diff")
    guard let loaded = ConfigurationReport.load(arguments.operands) else { return 2 }
    Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    guard loaded.isValid || loaded.beginning != nil else { return 2 }
    do throws(Failure) {
      let running: RunningConfiguration
      do throws(AdminCall.Failure) { running = try RunningConfiguration(at: address) } catch {
        throw Failure(message: error.message)
      }
      let (snapshot, log) = try whole(loaded, arguments.operands[0])
      // `/config` names what is set.
      LogOptions.standard.apply(log)
      return tell(running.difference(to: AdminService.configuration(snapshot)))
    } catch {
      if !error.message.isEmpty { Terminal.writeError("apus diff: \(error.message)\n") }
      return error.status
    }
  }

  /// With the rest, where the file only names it.
  private static func whole(
    _ loaded: LoadedConfiguration, _ path: String
  ) throws(Failure) -> (MeshSnapshot, LogSettings) {
    if let snapshot = loaded.snapshot { return (snapshot, loaded.log) }
    guard let beginning = loaded.beginning, let place = beginning.rest else { throw Failure() }
    let way = "(`apus diff FILE REST` compares with what is in the file REST)"
    if case .kubernetes = place, beginning.kubernetes == nil {
      throw Failure(
        message:
          "the rest of the configuration, at \(place), cannot be fetched: this is no pod of the cluster \(way)"
      )
    }
    // What goes wrong is told once, at the end.
    Log.level = .error
    let outcome: ConfigurationFetch.Outcome
    do throws(StartError) { outcome = try ConfigurationFetch(beginning).run() } catch {
      throw Failure(message: error.message)
    }
    switch outcome {
    case .ended(let signal): throw Failure(status: 128 + signal)
    case .failed(let reason):
      throw Failure(
        message: "the rest of the configuration, at \(place), cannot be fetched: \(reason) \(way)")
    case .fetched(let text):
      let all = ConfigurationReport.load(path, rest: text, input: loaded.input)
      Terminal.writeError(
        ConfigurationReport.text(all.diagnostics.filter { !loaded.diagnostics.contains($0) }))
      guard let snapshot = all.snapshot else { throw Failure() }
      return (snapshot, all.log)
    }
  }

  private static func tell(_ difference: ConfigurationDifference?) -> Int32 {
    guard let difference else { return 2 }
    let lines = DifferenceText(difference).lines
    let hidden = DifferenceText.note(hidden: difference.hidden).map { $0 + "\n" } ?? ""
    if lines.isEmpty {
      Terminal.write("nothing would change\n" + hidden)
      return 0
    }
    let waiting = difference.keys.filter { MeshSettings.StartKey(rawValue: $0) != nil }
    let notes = waiting.map { "! \($0) takes effect when the process is started again" }
    for line in lines + notes { Terminal.write("\(line)\n") }
    Terminal.write(hidden)
    return 1
  }
}
