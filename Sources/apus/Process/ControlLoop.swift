internal import Client
internal import Configuration
internal import DNS
internal import Discovery
internal import Mesh
internal import Primitives
internal import Reactor

/// What the control thread turns, before there is a proxy and beside it: signals, the calls of our own, and where endpoints
/// and configurations come from. Everything on it happens on that thread.
final class ControlLoop {
  /// Kinds of the tokens. Whoever else lives on it takes kinds from `free` on.
  enum Kind {
    /// The owner's; its signals have slot 0.
    static let process: UInt8 = 1
    static let admin: UInt8 = 2
    static let files: UInt8 = 4
    static let keySets: UInt8 = 5
    static let names: UInt8 = 6
    static let endpoints: UInt8 = 7
    /// One for each source.
    static let sources: UInt8 = 8
    static let registration = sources + UInt8(SourceKind.allCases.count)
    static let centre = registration + 1
    static let client = centre + 1
    static let takeover = client + HTTPClient.kindCount
    static let free = takeover + 1
  }

  static let signalToken = Token(kind: Kind.process, slot: 0, generation: 1)

  let loop: EventLoop
  let dispatcher = EventDispatcher()
  let signals: SignalSource
  /// For endpoints' names, and those of the calls of our own.
  let resolver: DNSResolver
  /// For the calls of our own.
  let client: HTTPClient
  let sources: DiscoverySources
  private let seed = UInt64(bitPattern: Clock.wall())

  /// Blocks the signals. Call it before any thread is started.
  init(_ settings: MeshSettings, limits: ClientLimits = ClientLimits()) throws(StartError) {
    do throws(SystemError) {
      signals = try SignalSource()
      loop = try EventLoop(readSize: 16 << 10)
      try loop.register(signals.descriptor, token: Self.signalToken)
    } catch {
      throw StartError("cannot start: \(error)")
    }
    resolver = DNSResolver(settings.dns, on: loop, kind: Kind.names)
    client = HTTPClient(
      on: loop, kind: Kind.client, resolver: DNSHostResolver(resolver, on: loop), limits: limits)
    sources = DiscoverySources(
      settings, client: client, resolver: resolver, on: loop, dispatcher: dispatcher, kind: Kind.sources,
      seed: seed)
    dispatcher.add(resolver, kinds: Kind.names...Kind.names)
    dispatcher.add(client, kinds: Kind.client...(Kind.client + HTTPClient.kindCount - 1))
  }

  /// For whoever spreads its calls at random, another one for each kind.
  func seed(_ kind: UInt8) -> UInt64 { seed &+ UInt64(kind) }

  /// - Parameter heard: called when there is another text.
  func configurationCentre(_ heard: @escaping () -> Void) -> ConfigurationCentre {
    ConfigurationCentre(
      sources, client: client, on: loop, dispatcher: dispatcher, kind: Kind.centre, seed: seed(Kind.centre),
      heard: heard)
  }

  /// Watches files, and has the loop tell of them.
  func fileWatch(_ rotations: [any FileRotation]) throws(StartError) -> FileWatch {
    do throws(SystemError) {
      let watch = try FileWatch(rotations, on: loop, kind: Kind.files)
      dispatcher.add(watch, kinds: Kind.files...Kind.files)
      return watch
    } catch {
      throw StartError("cannot watch files: \(error)")
    }
  }

  func turn() { loop.turn(dispatcher, limit: .distantFuture) }
}
