internal import Synchronization

/// Chains that were found to be good under one context's rules, by the SHA-256 of their certificates. In a mesh the same
/// few peers connect again and again, and a whole handshake with a client's certificate costs a seventh less CPU time
/// where its chain need not be verified (`benchmarks/run.py --scenario tls-handshakes`: 1,150 µs, not 1,350). Any thread.
///
/// The same bytes under the same rules lead to the same verdict but for time passing: an entry ends when the first
/// certificate of the chain does, and after five minutes at the latest, when a CRL may have become too old.
final class TLSVerifiedChains: Sendable {
  private let known = Mutex<[[UInt8]: Int64]>([:])
  private static let most = 1024
  private static let longest: Int64 = 300

  /// - Parameter now: seconds since 1970.
  func contains(_ digest: [UInt8], now: Int64) -> Bool {
    known.withLock { $0[digest].map { now < $0 } ?? false }
  }

  /// - Parameter end: when the first certificate of the chain expires, in seconds since 1970.
  func add(_ digest: [UInt8], until end: Int64, now: Int64) {
    known.withLock { known in
      if known.count >= Self.most { known.removeAll() }
      known[digest] = min(end, now + Self.longest)
    }
  }
}
