internal import HTTP
public import Mesh
public import Primitives
public import Reactor
internal import Synchronization
public import Telemetry

/// The data plane: workers that serve the listeners of a snapshot, and then of the next. Made and ended by the control thread.
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

  let present: Mutex<Present>
  /// One a worker.
  public let metrics: [WorkerMetrics]

  let group: WorkerGroup
  /// Another process serves on the same sockets until this one has begun.
  private let isInheriting: Bool
  private let stage: Mutex<Stage>

  private enum Stage {
    case prepared([WorkerSeed])
    case running([Thread])
    case ended
  }

  public var snapshot: MeshSnapshot { present.withLock { $0.snapshot } }
  /// Where listeners really are, in the order of the snapshot.
  public var listeners: [(name: String, address: SocketAddress)] {
    present.withLock { present in
      present.snapshot.listeners.compactMap { definition in
        present.listeners.lazy.compactMap { $0 }.first { $0.serves(definition) }.map { ($0.name, $0.address) }
      }
    }
  }

  /// Opens every listener for every worker. Nothing is accepted before `start`.
  ///
  /// - Parameters:
  ///   - accessLog: lines go there; nil writes none.
  ///   - inherited: sockets of a process that serves still. It loses nothing where this one fails before `start`.
  /// - Throws: `ListenFailure`, with everything opened so far closed again.
  public init(
    snapshot: MeshSnapshot, workers: Int,
    accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil,
    inheriting inherited: InheritedListeners? = nil
  ) throws {
    var present = Present(snapshot: snapshot, layout: MetricsLayout(snapshot))
    group = WorkerGroup(count: workers)
    var seeds: [WorkerSeed] = []
    var metrics: [WorkerMetrics] = []
    for index in 0..<workers {
      let cells = WorkerMetrics(layout: present.layout)
      let sink = accessLog.map { AccessLogSink($0.writer, worker: index, format: $0.format) }
      let worker = try Worker(index: index, group: group, snapshot: snapshot, metrics: cells, accessLog: sink)
      group.add(worker)
      metrics.append(cells)
      seeds.append(WorkerSeed(worker))
    }
    for definition in snapshot.listeners {
      for row in try Self.open(definition, workers: workers, inheriting: inherited) {
        let place = present.listeners.count
        present.listeners.append(row.listener)
        for (seed, parcel) in zip(seeds, row.parcels) {
          do throws(SystemError) {
            if let listener = parcel.take() { try seed.worker.open(listener, for: definition, at: place) }
          } catch {
            throw ListenFailure(listener: definition.name, address: definition.address, cause: error)
          }
        }
      }
    }
    isInheriting = inherited != nil
    self.metrics = metrics
    self.present = Mutex(present)
    stage = Mutex(.prepared(seeds))
  }

  /// Begins to serve, one thread a worker, with the snapshot that is present by now.
  public func start() throws(SystemError) {
    let seeds = stage.withLock { stage -> [WorkerSeed] in
      guard case .prepared(let seeds) = stage else { return [] }
      stage = .ended
      return seeds
    }
    // Nobody stands in a new queue before somebody is there to take him.
    if isInheriting { for seed in seeds { try seed.worker.beginToListen() } }
    var threads: [Thread] = []
    for (index, seed) in seeds.enumerated() {
      // Endpoints that were found meanwhile: whoever has waited for them in a listener's queue comes after.
      seed.worker.woken()
      threads.append(try Thread(name: "apus-worker-\(index)") { seed.run() })
    }
    stage.withLock { $0 = .running(threads) }
  }

  /// Stops accepting and lets what is in flight finish. Any thread.
  /// - Parameters:
  ///   - scope: once more with `all` is for the rest.
  ///   - places: among `offer`, with which another process goes on: nobody is refused there.
  public func drain(_ scope: DrainScope = .all, leaving places: Set<Int> = []) {
    group.send(.drain(scope, leaving: places))
  }

  /// Whether no connection is left after `drain`.
  public var isDrained: Bool { isDrained(.all) }
  public func isDrained(_ scope: DrainScope) -> Bool { group.isDrained(scope) }

  /// Wakes `waker` once drained: in either scope.
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
