extension HTTP2Session {
  /// Which end of a connection a session is.
  public enum Role: UInt8, Sendable {
    /// Reads requests.
    case server
    /// Starts requests, and reads responses.
    case client
  }
}
