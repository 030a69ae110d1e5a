/// Decides whether a trace that starts here is recorded.
public struct Sampler: Equatable, Sendable {
  /// The share of traces, 0 … 1.
  public let rate: Double
  /// Recorded where a random number is below this; `always` needs none.
  private let threshold: UInt64
  private let always: Bool

  public init(rate: Double) {
    self.rate = min(max(rate, 0), 1)
    always = rate >= 1
    // 2^53 exactly representable steps, spread over the 64 bits.
    threshold = always ? .max : UInt64(self.rate * 0x1p53) << 11
  }

  /// `random`: the trace id's right half, so that everybody who samples by it decides alike.
  public func isSampled(_ random: UInt64) -> Bool { always || random < threshold }
}
