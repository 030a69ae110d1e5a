internal import Configuration
internal import Mesh
internal import Primitives
internal import Telemetry

enum DemoCommand {
  /// Long enough for an outage of the flaky service and its end.
  private static let standardLength = Interval.seconds(10)

  static let definition = CommandDefinition(
    "demo", summary: "Show the proxy at work in front of three small services.", usage: ["[OPTIONS]"],
    options: [
      OptionDefinition(
        "config", "FILE", help: "Instead of configs/demo.yaml. It needs the services web,\nreports and flaky."
      ),
      OptionDefinition("seconds", "N", help: "End by itself after so long (5 to 3600)."),
    ],
    notes: """
      The services live in this process, at the addresses that the configuration
      names, and clients in it send a trickle of requests. On a terminal a live view
      is drawn until Ctrl-C. Elsewhere, or where CI is set, it ends by itself after 10
      seconds. The exit status is 0 where traffic flowed as it should: every service
      answered, failures were retried, the breaker opened and closed again.

      Environment (configs/demo.yaml reads the first three):
        DEMO_PORT        port of the listener (8080); 0 takes a free one
        DEMO_ADMIN_PORT  port of the admin server (9901); 0 takes a free one
        DEMO_SERVICES    address of the three services (127.0.0.1)
        CI               where set, no live view
        NO_COLOR         where set, no colours
      """)

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    let isLive = Terminal.isInteractive && (environment("CI") ?? "").isEmpty
    let length = try length(arguments) ?? (isLive ? nil : standardLength)
    // The demo itself tells what happens.
    Log.level = .error
    guard let path = arguments.value("config") ?? DemoFile.find() else {
      Terminal.writeError(
        "apus: there is no configs/demo.yaml here or beside the program; say --config FILE\n")
      return 1
    }
    let loaded = ConfigurationLoader().load(path: path, states: StateStore())
    Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    guard let snapshot = loaded.snapshot else { return 1 }
    do throws(StartError) {
      let screen = DemoScreen(isLive: isLive, colours: isLive && (environment("NO_COLOR") ?? "").isEmpty)
      return try DemoSession(snapshot: snapshot, screen: screen, length: length).run()
    } catch {
      Terminal.writeError("apus: \(error.message)\n\(hint(error, path))")
      return 1
    }
  }

  /// How to come round an address that somebody else has.
  private static func hint(_ error: StartError, _ path: String) -> String {
    guard error.message.hasSuffix("Address already in use") else { return "" }
    guard path.hasSuffix(DemoFile.name) else { return "\(path) may name another address.\n" }
    return """
      In the environment, DEMO_PORT=0 and DEMO_ADMIN_PORT=0 take free ports for the listeners, and
      DEMO_SERVICES=127.0.0.2 another address for the services.

      """
  }

  private static func length(_ arguments: ParsedArguments) throws(UsageError) -> Interval? {
    guard let text = arguments.value("seconds") else { return nil }
    guard let seconds = Int64(text), 5...3600 ~= seconds else {
      throw UsageError("'--seconds' is a number from 5 to 3600, not '\(text)'", command: "demo")
    }
    return .seconds(seconds)
  }

  private static func environment(_ name: String) -> String? { ProcessEnvironment.variables()[name] }
}
