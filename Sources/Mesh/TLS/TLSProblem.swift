public import Primitives
public import Reactor

/// Why TLS with an endpoint came to nothing when it was tried last.
public final class TLSProblem: Sendable {
  public let failure: TLSFailure
  /// Which names its certificate had to have, where that is what is wrong; else empty.
  public let wanted: String
  /// The names of the certificate that was refused, as far as they are few and short; empty where there was none.
  public let shown: String
  public let time: MonotonicTime

  public init(_ failure: TLSFailure, wanted: String = "", shown: String = "", time: MonotonicTime) {
    self.failure = failure
    self.wanted = wanted
    self.shown = shown
    self.time = time
  }
}
