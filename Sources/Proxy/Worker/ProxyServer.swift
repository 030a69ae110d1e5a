internal import HTTP
public import Mesh
public import Primitives
public import Reactor
internal import Synchronization
public import Telemetry

/// The data plane: workers that serve one snapshot's listeners. Made and ended by the control thread.
public final class ProxyServer: Sendable {
  /// A listener that could not be opened.
  public struct ListenFailure: Error, CustomStringConvertible {
    public let listener: String
    public let address: SocketAddress
    public let cause: SystemError

    public var description: String {
      let what = "cannot listen on \(address): \(cause)"
      return listener == address.description ? what : "listener \(listener) \(what)"
    }
  }

  public let snapshot: MeshSnapshot
  /// Where listeners really are: port 0 was replaced by the kernel's choice.
  public let listeners: [(name: String, address: SocketAddress)]
  /// One a worker.
  public let metrics: [WorkerMetrics]

  private let group: WorkerGroup
  private let stage: Mutex<Stage>

  private enum Stage {
    case prepared([WorkerSeed])
    case running([Thread])
    case ended
  }

  /// Opens every listener for every worker. Nothing is accepted before `start`.
  ///
  /// - Parameter accessLog: lines go there; nil writes none.
  /// - Throws: `ListenFailure`, with everything opened so far closed again.
  public init(
    snapshot: MeshSnapshot, workers: Int, accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
  ) throws {
    self.snapshot = snapshot
    let layout = MetricsLayout(snapshot)
    group = WorkerGroup(count: workers)
    var bound: [(name: String, address: SocketAddress)] = []
    var seeds: [WorkerSeed] = []
    var metrics: [WorkerMetrics] = []
    for index in 0..<workers {
      let cells = WorkerMetrics(layout: layout)
      let sink = accessLog.map { AccessLogSink($0.writer, worker: index, format: $0.format) }
      let worker = try Worker(index: index, group: group, snapshot: snapshot, metrics: cells, accessLog: sink)
      group.add(worker)
      metrics.append(cells)
      seeds.append(WorkerSeed(worker))
    }
    for definition in snapshot.listeners {
      do throws(SystemError) {
        let first = try Listener.open(definition.address)
        let address = first.address
        bound.append((definition.name, address))
        for seed in seeds.dropFirst() {
          let further = first.isShared ? try first.duplicate() : try Listener.open(address, joining: true)
          try seed.worker.open(further, for: definition)
        }
        try seeds[0].worker.open(first, for: definition)
      } catch {
        throw ListenFailure(listener: definition.name, address: definition.address, cause: error)
      }
    }
    self.metrics = metrics
    listeners = bound
    stage = Mutex(.prepared(seeds))
  }

  /// Begins to serve, one thread a worker.
  public func start() throws(SystemError) {
    let seeds = stage.withLock { stage -> [WorkerSeed] in
      guard case .prepared(let seeds) = stage else { return [] }
      stage = .ended
      return seeds
    }
    var threads: [Thread] = []
    for (index, seed) in seeds.enumerated() {
      threads.append(try Thread(name: "apus-worker-\(index)") { seed.run() })
    }
    stage.withLock { $0 = .running(threads) }
  }

  /// Stops accepting and lets what is in flight finish. Any thread.
  public func drain() { group.send(.drain) }

  /// Whether no connection is left after `drain`.
  public var isDrained: Bool { group.isDrained }

  /// Wakes `waker` once drained.
  public func whenDrained(_ waker: Waker) { group.whenDrained(waker) }

  /// Wakes `waker` when a burst is over, so that much is free within the heap. Returning it to the system holds up
  /// whoever allocates: it is the control thread's to do, since workers seldom allocate.
  public func whenMemoryFreed(_ waker: Waker) { group.whenMemoryFreed(waker) }

  /// Whether a burst has ended since the last call.
  public func takeMemoryFreed() -> Bool { group.takeMemoryFreed() }

  /// Exchanges in flight, over all workers.
  public var activeExchanges: Int {
    var summary = MetricsSummary()
    for worker in metrics { summary.add(worker) }
    return Int(summary.gauge(.exchanges))
  }

  /// Ends at once: connections are closed wherever they are. Any thread.
  public func stop() { group.stop() }

  /// Waits for the workers' threads after `stop`.
  public func join() {
    let threads = stage.withLock { stage -> [Thread] in
      guard case .running(let threads) = stage else { return [] }
      stage = .ended
      return threads
    }
    for thread in threads { thread.join() }
  }
}

/// Carries a worker from the thread that made it to the one that runs it.
///
/// SAFETY: the maker lets go of it, and nobody else touches a worker once its thread runs.
private final class WorkerSeed: @unchecked Sendable {
  let worker: Worker

  init(_ worker: Worker) { self.worker = worker }

  func run() {
    worker.loop.run(worker)
    worker.closeAll()
  }
}

extension MetricsLayout {
  /// The names behind a snapshot's indices.
  convenience init(_ snapshot: MeshSnapshot) {
    self.init(
      rules: snapshot.routes.rules.map { Rule(route: $0.routeName, rule: $0.ruleName) },
      services: snapshot.services.map(\.name),
      endpoints: snapshot.services.flatMap { service in
        service.endpoints.map { Endpoint(service: service.name, address: $0.text) }
      },
      authorizations: snapshot.authorizations.flatMap { policy in
        ([""] + policy.rules.map(\.name)).map { rule in
          Authorization(scope: policy.scope.rawValue, name: policy.name, rule: rule)
        }
      })
  }
}
