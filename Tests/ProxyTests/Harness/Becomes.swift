import Glibc
import Synchronization

/// Asks again and again, for at most ten seconds, until `condition` holds.
func becomes(_ condition: () -> Bool) -> Bool {
  for _ in 0..<5_000 {
    if condition() { return true }
    usleep(2_000)
  }
  return condition()
}

/// What other threads have noted, in order.
final class Noted<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  func note(_ value: Value) { values.withLock { $0.append(value) } }
  var all: [Value] { values.withLock { $0 } }
}
