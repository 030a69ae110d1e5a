/// From when to when a certificate holds, in seconds since 1970.
package struct Validity: Sendable, Equatable {
  package var notBefore: Int64
  package var notAfter: Int64

  /// For a number of days from `now`, and from five minutes before it on: clocks differ.
  package init(days: Int64, from now: Int64) {
    notBefore = now - 300
    notAfter = now + days * 86_400
  }
}
