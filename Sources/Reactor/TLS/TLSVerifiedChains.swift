internal import Certificates
internal import Synchronization

/// Chains that were found to be good under one context's rules, by the SHA-256 of their certificates. In a mesh the same
/// few peers connect again and again, and a whole handshake with a client's certificate costs a sixth less CPU time
/// where its chain need not be verified. Any thread.
///
/// The same bytes under the same rules lead to the same verdict but for time passing: an entry ends when the first
/// certificate of the chain does, or when the first CRL of these rules is overdue, and after five minutes at the latest.
/// Other rules, as after a rotation of trust or of CRLs, are another context with another table.
final class TLSVerifiedChains: Sendable {
  /// When each verdict holds, in seconds since 1970: not before it was given, should the clock be set back.
  private let known = Mutex<[[UInt8]: Range<Int64>]>([:])
  private let revocationsEnd: Int64
  private static let most = 1024
  private static let longest: Int64 = 300

  /// - Parameter trust: under which chains are verified.
  init(under trust: TLSTrust?) { revocationsEnd = trust?.revocations.map(\.end).min() ?? .max }

  /// - Parameter now: seconds since 1970.
  func contains(_ digest: [UInt8], now: Int64) -> Bool {
    known.withLock { $0[digest]?.contains(now) ?? false }
  }

  /// How many chains need not be verified at that time.
  func count(now: Int64) -> Int { known.withLock { $0.values.count { $0.contains(now) } } }

  /// - Parameter end: when the first certificate of the chain expires, in seconds since 1970.
  func add(_ digest: [UInt8], until end: Int64, now: Int64) {
    let end = min(end, revocationsEnd, now + Self.longest)
    guard end > now else { return }
    known.withLock { known in
      if known.count >= Self.most { known.removeAll() }
      known[digest] = now..<end
    }
  }
}
