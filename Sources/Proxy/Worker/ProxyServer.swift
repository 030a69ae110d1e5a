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
  /// - Parameter accessLog: lines go there; nil writes none.
  /// - Throws: `ListenFailure`, with everything opened so far closed again.
  public init(
    snapshot: MeshSnapshot, workers: Int, accessLog: (writer: AccessLogWriter, format: AccessLogFormat)? = nil
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
    for (place, definition) in snapshot.listeners.enumerated() {
      let opened = try Self.open(definition, workers: workers)
      present.listeners.append(opened.listener)
      for (seed, parcel) in zip(seeds, opened.parcels) {
        do throws(SystemError) {
          if let listener = parcel.take() { try seed.worker.open(listener, for: definition, at: place) }
        } catch {
          throw ListenFailure(listener: definition.name, address: definition.address, cause: error)
        }
      }
    }
    self.metrics = metrics
    self.present = Mutex(present)
    stage = Mutex(.prepared(seeds))
  }

  /// Opens a listener once for each worker.
  /// - Parameter joining: the process listens there still.
  static func open(
    _ definition: ListenerDefinition, workers: Int, joining: Bool = false
  ) throws(ListenFailure) -> (listener: OpenListener, parcels: [ListenerParcel]) {
    do throws(SystemError) {
      let first = try Listener.open(definition.address, joining: joining)
      let address = first.address
      var parcels: [ListenerParcel] = []
      for _ in 1..<workers {
        let further = first.isShared ? try first.duplicate() : try Listener.open(address, joining: true)
        parcels.append(ListenerParcel(further))
      }
      parcels.append(ListenerParcel(first))
      let listener = OpenListener(name: definition.name, wanted: definition.address, address: address)
      return (listener, parcels)
    } catch {
      throw ListenFailure(listener: definition.name, address: definition.address, cause: error)
    }
  }

  /// Begins to serve, one thread a worker, with the snapshot that is present by now.
  public func start() throws(SystemError) {
    let seeds = stage.withLock { stage -> [WorkerSeed] in
      guard case .prepared(let seeds) = stage else { return [] }
      stage = .ended
      return seeds
    }
    var threads: [Thread] = []
    for (index, seed) in seeds.enumerated() {
      // Endpoints that were found meanwhile: whoever has waited for them in a listener's queue comes after.
      seed.worker.woken()
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
