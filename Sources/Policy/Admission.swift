/// A circuit breaker's answer to one request, given back to it with the outcome.
public struct Admission: Sendable, Equatable {
  public enum Kind: UInt8, Sendable {
    /// Pass; the outcome is counted.
    case closed
    /// Pass; the outcome decides whether the breaker closes.
    case probe
    /// Refused: the breaker is open.
    case open
  }

  public let kind: Kind
  /// This probe is the one that made the open breaker half-open: of all threads only one gets such an admission.
  public let beginsProbing: Bool
  /// The round of probes that a probe belongs to.
  @usableFromInline internal let round: UInt16
  /// The breaker's generation at the admission: outcomes of an older one count no more.
  @usableFromInline internal let generation: UInt32

  @inlinable
  internal init(_ kind: Kind, round: UInt16 = 0, generation: UInt32, beginsProbing: Bool = false) {
    self.kind = kind
    self.beginsProbing = beginsProbing
    self.round = round
    self.generation = generation
  }

  @inlinable public var isAdmitted: Bool { kind != .open }

  /// For services without a breaker: passes, and is counted nowhere.
  public static var unguarded: Admission { @inlinable get { Admission(.closed, generation: .max) } }
}
