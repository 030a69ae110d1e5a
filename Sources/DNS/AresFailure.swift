internal import CCares

/// Why c-ares could not do something.
public struct AresFailure: Error, CustomStringConvertible, Sendable {
  let status: Int32

  init(_ status: Int32) { self.status = status }

  public var description: String {
    switch status {
    // The library keeps no better reason for what servers refuse (SERVFAIL, REFUSED, NOTIMP).
    case ARES_ECONNREFUSED: return "no name server can tell"
    case ARES_ETIMEOUT: return "no name server answers"
    default:
      // SAFETY: a text that stays.
      return unsafe String(cString: ares_strerror(status))
    }
  }
}
