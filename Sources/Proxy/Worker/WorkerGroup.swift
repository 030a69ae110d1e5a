internal import Reactor
internal import Synchronization

/// What workers are told by others.
enum WorkerMessage: Sendable {
  /// With the places of doors with which another process goes on.
  case drain(DrainScope, leaving: Set<Int>)
  /// Another snapshot, and the listeners that are new with it, by their place.
  case adopt(Adoption, [Int: ListenerParcel])
  /// A snapshot in which nothing but the endpoints of some services has changed.
  case follow(EndpointChange)
  /// An exchange elsewhere waits for a connection of this service: close one that is idle.
  case shedIdle(service: Int)
  /// A place under a service's connection limit is free.
  case slotFreed(service: Int)
  /// The same; a worker that has use for it itself wants to hear if nobody took it.
  case slotOffered(service: Int, by: Int)
}

/// How workers reach each other, and what they have in common at the end.
final class WorkerGroup: Sendable {
  /// Tells this process from all others.
  let instance = UInt64.random(in: .min ... .max)
  private let wakers = Mutex<[Waker]>([])
  private let mailboxes = Mutex<[Mailbox<WorkerMessage>]>([])
  /// By scope.
  private let drained = Mutex<[Set<Int>]>(Array(repeating: [], count: DrainScope.count))
  private let count: Int
  /// The version of the snapshot that each worker has, where it is not the first one.
  private let versions: Mutex<[UInt64]>
  private let onAdopted = Mutex<Waker?>(nil)
  private let onDrained = Mutex<Waker?>(nil)
  private let hasFreedMemory = Atomic<Bool>(false)
  private let onMemoryFreed = Mutex<Waker?>(nil)

  init(count: Int) {
    self.count = count
    versions = Mutex(Array(repeating: 0, count: count))
  }

  func add(_ worker: Worker) {
    let (mailbox, waker) = (worker.mailbox, worker.loop.remote)
    mailboxes.withLock { $0.append(mailbox) }
    wakers.withLock { $0.append(waker) }
  }

  /// Ends every worker's loop after its present turn.
  func stop() {
    for waker in wakers.withLock({ $0 }) { waker.stop() }
  }

  /// To every worker but one.
  func send(_ message: WorkerMessage, except index: Int? = nil) {
    mailboxes.withLock { boxes in
      for (place, box) in boxes.enumerated() where place != index { box.send(message) }
    }
  }

  func send(_ message: WorkerMessage, to index: Int) {
    mailboxes.withLock { boxes in boxes[index].send(message) }
  }

  /// No connection of that kind is left in a draining worker.
  func drained(_ scope: DrainScope, by worker: Int) {
    let isLast = drained.withLock {
      $0[scope.rawValue].insert(worker).inserted && $0[scope.rawValue].count == count
    }
    if isLast { onDrained.withLock { $0?.wake() } }
  }

  func isDrained(_ scope: DrainScope) -> Bool { drained.withLock { $0[scope.rawValue].count == count } }

  /// Wakes `waker` when the last worker has drained; at once if it has.
  func whenDrained(_ waker: Waker) {
    onDrained.withLock { $0 = waker }
    if isDrained(.inbound) || isDrained(.all) { waker.wake() }
  }

  func adopted(_ version: UInt64, by worker: Int) {
    versions.withLock { $0[worker] = version }
    onAdopted.withLock { $0?.wake() }
  }

  /// Whether every worker has that snapshot, or a later one.
  func hasAdopted(_ version: UInt64) -> Bool { versions.withLock { $0.allSatisfy { $0 >= version } } }

  /// Wakes `waker` whenever a worker has adopted another snapshot.
  func whenAdopted(_ waker: Waker) { onAdopted.withLock { $0 = waker } }

  /// A burst is over, and what it needed is free within the heap.
  func memoryFreed() {
    hasFreedMemory.store(true, ordering: .releasing)
    onMemoryFreed.withLock { $0?.wake() }
  }

  /// Wakes `waker` when `takeMemoryFreed` would say yes.
  func whenMemoryFreed(_ waker: Waker) { onMemoryFreed.withLock { $0 = waker } }

  func takeMemoryFreed() -> Bool { hasFreedMemory.exchange(false, ordering: .acquiring) }
}
