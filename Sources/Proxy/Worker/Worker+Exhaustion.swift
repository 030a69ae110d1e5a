internal import Primitives
internal import Reactor
internal import Telemetry

/// No descriptor is left, or no memory for a socket: each time counts, and one line in ten seconds is logged for
/// either side.
extension Worker {
  /// - Parameters:
  ///   - code: the system's error number.
  ///   - task: what could not be done, for people.
  func noteExhausted(_ code: Int32, while task: StaticString) {
    metrics.add(.connectExhausted)
    note(code, while: task, held: connectExhaustion.admit(now: loop.now))
  }

  /// New connections wait in the listener's queue meanwhile.
  func noteExhausted(_ code: Int32, at door: Door) {
    metrics.add(.acceptExhausted)
    note(code, while: "accepting connections", held: acceptExhaustion.admit(now: loop.now), door.name)
  }

  private func note(_ code: Int32, while task: StaticString, held: UInt64?, _ listener: String? = nil) {
    guard let held else { return }
    Log.error(
      "out of file descriptors",
      [
        "while": LogValue(task), "error": .string(SystemError.text(of: code)),
        "listener": listener.map { .string($0) } ?? .absent, "more": LogValue(unlessZero: held),
      ])
  }
}
