internal import Admin
internal import CLinux
internal import Configuration
internal import Mesh
internal import Primitives
internal import Telemetry

enum RunCommand {
  static let definition = CommandDefinition(
    "run", summary: "Serve until told to end.",
    usage: ["--config FILE", "--listen ADDRESS --upstream ADDRESS [--upstream ADDRESS …]"],
    options: [
      OptionDefinition("config", "FILE", help: "The configuration, in YAML."),
      OptionDefinition(
        "listen", "ADDRESS", help: "Without a file: where to listen (:8080, [::1]:80,\nunix:/path)."),
      OptionDefinition(
        "upstream", "ADDRESS", isRepeatable: true,
        help:
          "Without a file: where requests go, in turn where\nthere are several (127.0.0.1:9000), or one name\n(orders:9000)."
      ),
      OptionDefinition(
        "admin", "ADDRESS", help: "Where the admin server listens, or off. Goes before what\nthe file says."),
    ] + TakeoverOptions.definitions + LogOptions.definitions,
    notes: """
      SIGTERM and SIGINT drain: nothing new is accepted, clients are asked to go one
      after the other, what is in flight may finish within `drain` (30s by default),
      listeners for outbound calls end last, and the exit status is 0. A second signal
      ends at once. SIGUSR1 opens the access log's file anew. Port 0 takes a free
      port; the log names it. The log goes to standard error.

      The file is loaded anew when it changes, by SIGHUP and by `apus reload`. A valid
      one takes effect without losing a request; a bad one is refused with every
      error, and the former one goes on.

      With --takeover nobody is refused while another binary takes the place of the
      running one: that one serves until this one does, then drains and ends. Where
      this one fails before, it goes on.
      """)

  static func run(_ arguments: ParsedArguments) throws(UsageError) -> Int32 {
    // What a configuration was loaded with ends here: whoever held the first snapshot would hold it for ever.
    switch try begin(arguments) {
    case .ended(let status): return status
    case .begun(let process):
      do throws(StartError) { return try process.run() } catch { return refuse(error) }
    }
  }

  private enum Beginning {
    case begun(ProxyProcess)
    case ended(Int32)
  }

  private static func begin(_ arguments: ParsedArguments) throws(UsageError) -> Beginning {
    let log = try LogOptions(arguments, command: "run")
    let admin = try adminAddress(arguments)
    let takeover = try TakeoverOptions(arguments, command: "run")
    log.apply()
    MemoryDumps.forbid()
    var source = ConfigurationSource(path: arguments.value("config")) { log.apply($0) }
    source.given = log.given
    if admin != nil { source.given.insert(.admin) }
    var loaded = try load(arguments, source.states)
    if let beginning = loaded.beginning, let path = source.path {
      log.apply(loaded.log)
      source.input = loaded.input
      switch complete(path, loaded.input, beginning, source.states) {
      case .loaded(let whole, let rest, let isKept):
        (loaded, source.rest) = (whole, rest)
        if isKept { source.keptRest = rest }
      case .ended: return .ended(0)
      case nil: return .ended(1)
      }
    }
    log.apply(loaded.log)
    switch Log.format {
    case .text: Terminal.writeError(ConfigurationReport.text(loaded.diagnostics))
    case .json: ConfigurationReport.log(loaded.diagnostics)
    }
    guard let snapshot = loaded.snapshot else {
      Log.error(
        "the configuration is not valid", ["found": .string(ConfigurationReport.count(loaded.diagnostics))])
      return .ended(1)
    }
    // What a large file was read with is more than what was made of it, and the allocator would keep it.
    clinux_return_free_memory()
    if !snapshot.holdsPrivateKeys || snapshot.settings.coreDumps { MemoryDumps.allow() }
    do throws(StartError) {
      return .begun(
        try ProxyProcess(
          snapshot: snapshot, admin: admin ?? snapshot.settings.admin, source: source, takeover: takeover))
    } catch {
      return .ended(refuse(error))
    }
  }

  private static func refuse(_ error: StartError) -> Int32 {
    Log.error("cannot run", ["reason": .string(error.message)])
    return 1
  }

  /// Nil where that cannot even be tried.
  private static func complete(
    _ path: String, _ input: [UInt8]?, _ beginning: MeshSettings, _ states: StateStore
  ) -> FirstConfiguration.Outcome? {
    do throws(StartError) {
      return try FirstConfiguration(beginning, file: path) { rest in
        ConfigurationLoader().load(path: path, rest: rest, input: input, states: states)
      }.run()
    } catch {
      Log.error("cannot run", ["reason": .string(error.message)])
      return nil
    }
  }

  private static func load(
    _ arguments: ParsedArguments, _ states: StateStore
  ) throws(UsageError) -> LoadedConfiguration {
    let quick = ["listen", "upstream"].filter(arguments.has)
    if let path = arguments.value("config") {
      if let option = quick.first {
        throw UsageError("'--\(option)' stands in for a file: it does not go with '--config'", command: "run")
      }
      return ConfigurationLoader().load(path: path, states: states)
    }
    if quick.isEmpty {
      throw UsageError("'--config FILE' is missing, or '--listen' and '--upstream'", command: "run")
    }
    guard let listen = arguments.value("listen") else {
      throw UsageError("'--listen' is missing", command: "run")
    }
    guard arguments.has("upstream") else { throw UsageError("'--upstream' is missing", command: "run") }
    return ConfigurationLoader().load(
      listen: listen, upstreams: arguments.all("upstream"), states: states)
  }

  /// Nil where the option is not there; an inner nil for `off`.
  private static func adminAddress(_ arguments: ParsedArguments) throws(UsageError) -> SocketAddress?? {
    guard let text = arguments.value("admin") else { return .none }
    if text == "off" { return .some(nil) }
    guard let address = SocketAddress(text) else {
      throw UsageError(
        "'--admin' is an address such as 127.0.0.1:9901 or unix:/path, or off, not '\(text)'", command: "run")
    }
    return .some(address)
  }
}
