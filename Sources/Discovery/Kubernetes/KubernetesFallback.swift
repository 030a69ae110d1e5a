internal import Primitives

/// Endpoints are asked for in the place of slices, which were refused.
struct KubernetesFallback {
  /// Why, for people.
  let reason: String
  /// When slices were refused last.
  private(set) var lookedAt: MonotonicTime
  /// All is to be listed anew, so that it might as well be slices.
  private(set) var isRelisting = false
  /// Of Endpoints, to go on from once slices have been looked for in vain; empty: they are to be listed.
  private(set) var version = ""

  /// Between two looks, at least: a look comes with the next watch's beginning.
  static let interval = Interval.seconds(600)

  init(reason: String, now: MonotonicTime) {
    self.reason = reason
    lookedAt = now
  }

  func isDue(_ now: MonotonicTime) -> Bool { isRelisting || now - lookedAt >= Self.interval }

  mutating func looks(from version: String) { self.version = version }

  mutating func looked(_ now: MonotonicTime) {
    lookedAt = now
    isRelisting = false
  }

  /// Nothing is known that one could go on from.
  mutating func forget() {
    isRelisting = true
    version = ""
  }
}
