import Glibc
import Primitives
import Reactor
import Synchronization

/// Waits until `condition` holds, looking again every millisecond; false after `seconds`. For what another thread
/// will do at some time; the bound only ends a test that has failed.
func eventually(within seconds: Int64 = 10, _ condition: () throws -> Bool) rethrows -> Bool {
  let end = Clock.now() + .seconds(seconds)
  while Clock.now() < end {
    if try condition() { return true }
    usleep(1000)
  }
  return try condition()
}

/// Holds threads until it is opened.
final class Gate: Sendable {
  private let isOpened = Atomic<Bool>(false)
  private let isReached = Atomic<Bool>(false)

  var isOpen: Bool { isOpened.load(ordering: .acquiring) }
  /// Somebody has come to it.
  var isAwaited: Bool { isReached.load(ordering: .acquiring) }
  func open() { isOpened.store(true, ordering: .releasing) }
  func wait() {
    isReached.store(true, ordering: .releasing)
    _ = eventually(within: 30) { isOpened.load(ordering: .acquiring) }
  }
}

/// What several threads note down.
final class Notes: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  var count: Int { lines.withLock { $0.count } }

  /// Returns how many there were before.
  @discardableResult
  func add(_ line: String) -> Int {
    lines.withLock {
      $0.append(line)
      return $0.count - 1
    }
  }
}

/// Runs `body` once on each of `count` threads and waits for all of them.
func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let threads = (0..<count).compactMap { index in try? Thread(name: "client") { body(index) } }
  for thread in threads { thread.join() }
}
