internal import JSON
internal import Primitives

/// When a token may be used, in seconds since 1970, with the leeway for clocks that differ.
struct TokenValidity: Sendable, Equatable {
  private let start: Int64
  /// From here on it may not (RFC 7519, section 4.1.4).
  private let end: Int64

  /// One without an end is refused: it could never be taken back.
  init(of claims: JSONNode, leeway: Interval) throws(TokenError) {
    let leeway = leeway.nanoseconds / 1_000_000_000
    guard let expiry = claims["exp"] else { throw .missingExpiry }
    guard let end = expiry.integer else { throw .badTime }
    var start = Int64.min
    if let given = claims["nbf"] {
      guard let seconds = given.integer else { throw .badTime }
      start = seconds - leeway
    }
    if let made = claims["iat"], made.integer == nil { throw .badTime }
    self.start = start
    self.end = end + leeway
  }

  @inline(__always)
  func error(at now: Int64) -> TokenError? { now >= end ? .expired : now < start ? .notYetValid : nil }
}
