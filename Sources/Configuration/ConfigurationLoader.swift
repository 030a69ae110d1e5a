public import Mesh
internal import Primitives
internal import Reactor

/// Reads configurations: YAML → tree → document → checks → snapshot. All that is wrong is found in one pass.
///
/// Control thread only, as the `StateStore` is. Building a snapshot that is not used afterwards disturbs none that is.
public struct ConfigurationLoader {
  /// What `${VAR}` stands for.
  public var environment: [String: String]

  /// What is loaded is looked at only, and another process may run it somewhere else: a pod's surroundings, which are not
  /// here, are no fault of it but a warning. Else they are an error.
  public var isElsewhere: Bool

  public init(
    environment: [String: String] = ProcessEnvironment.variables(), isElsewhere: Bool = false
  ) {
    self.environment = environment
    self.isElsewhere = isElsewhere
  }

  /// What stands for standard input where a file is asked for.
  public static var standardInput: String { "-" }

  /// Bytes of a file or text.
  public static var sizeLimit: Int { YAMLDocument.maximumSize }

  /// Loads a file.
  /// - Parameters:
  ///   - path: of the file; `standardInput` is read to its end, and called `<stdin>` in diagnostics.
  ///   - rest: what the file names by `configuration`. One from elsewhere is none.
  ///   - input: what the file said, where it can be read only once: `LoadedConfiguration.input`.
  ///   - states: where services and endpoints find the counts that carry over from the snapshot before.
  ///   - version: of the snapshot, higher than that of every one before.
  ///   - waits: for whoever writes into a FIFO; else that is no file.
  public func load(
    path: String, rest: ConfigurationText? = nil, input: [UInt8]? = nil, states: StateStore,
    version: UInt64 = 1, waits: Bool = true
  ) -> LoadedConfiguration {
    let isInput = path == Self.standardInput
    let name = isInput ? "<stdin>" : path
    do throws(FileContents.Failure) {
      let limit = Self.sizeLimit
      let bytes: [UInt8]
      if let input {
        bytes = input
      } else if isInput {
        bytes = try FileContents.readStandardInput(limit: limit)
      } else {
        bytes = try FileContents.read(path, limit: limit, waits: waits)
      }
      var loaded = load(bytes, file: name, rest: rest, states: states, version: version)
      if loaded.mayNameRest, isInput || !Self.canBeReadAgain(path) { loaded.input = bytes }
      return loaded
    } catch {
      var diagnostics = DiagnosticList(file: name)
      diagnostics.error(at: .none, "", "cannot be read: \(error.message)")
      return LoadedConfiguration(diagnostics: diagnostics.sorted)
    }
  }

  /// Not so a FIFO, such as a shell makes of `<(…)`.
  private static func canBeReadAgain(_ path: String) -> Bool {
    do throws(FileContents.Failure) { try FileContents.probe(path) } catch { return false }
    return true
  }

  /// Loads the bytes of a document.
  /// - Parameter file: how diagnostics call it.
  public func load(
    _ bytes: [UInt8], file: String, rest: ConfigurationText? = nil, states: StateStore,
    version: UInt64 = 1
  ) -> LoadedConfiguration {
    let context = DecodingContext(file: file, environment: environment, isElsewhere: isElsewhere)
    var parts = ConfigurationParts(bytes, context)
    let isWhole = parts.join(rest)
    var document = ConfigurationDocument()
    if let root = parts.root { HiddenValues.warn(of: root, context) }
    if let root = parts.root, let block = context.block(root, "") {
      document = ConfigurationDocument(block)
      if isWhole {
        ClusterServices(context: context).add(to: &document)
        ReferenceCheck(document: document, context: context).run()
      }
    }
    if isWhole || context.diagnostics.hasErrors { return finish(document, context, states, version) }
    return LoadedConfiguration(
      beginning: document.settings, log: document.log, diagnostics: context.diagnostics.sorted)
  }

  /// The quick form: `--listen :8080 --upstream 127.0.0.1:9000`, which is one listener, and one service that takes
  /// every request: of several addresses, or of all those that a name has. Everything else has its default.
  public func load(
    listen: String, upstreams: [String], states: StateStore, version: UInt64 = 1
  ) -> LoadedConfiguration {
    let context = DecodingContext(file: "command line")
    var document = ConfigurationDocument()
    document.settings.admin = .v4(address: 0x7F00_0001, port: 9901)
    if let address = context.listenAddress(Located(value: listen, mark: .none, path: "--listen")) {
      document.listeners = [.standard(address.value)]
    }
    let name = Located(value: "upstream", mark: .none, path: "--upstream")
    if upstreams.isEmpty { context.error(name, "is missing: where do requests go?") }
    document.services = [ServiceSpecification(name: name, upstreams: upstreams, context)]
    ReferenceCheck(document: document, context: context).run()
    return finish(document, context, states, version)
  }

  private func finish(
    _ document: ConfigurationDocument, _ context: DecodingContext, _ states: StateStore, _ version: UInt64
  ) -> LoadedConfiguration {
    let diagnostics = context.diagnostics
    guard !diagnostics.hasErrors else {
      return LoadedConfiguration(log: document.log, diagnostics: diagnostics.sorted)
    }
    let snapshot = SnapshotBuilder(document: document, states: states, version: version).build()
    return LoadedConfiguration(snapshot: snapshot, log: document.log, diagnostics: diagnostics.sorted)
  }
}
