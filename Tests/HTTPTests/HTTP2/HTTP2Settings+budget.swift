import HTTP

extension HTTP2Settings {
  /// A hundred glitches end the connection, and what waits for the peer does not.
  static let budget: HTTP2Settings = {
    var settings = HTTP2Settings()
    settings.glitchBurst = 100
    settings.maxQueuedFrames = 1_000_000
    return settings
  }()
}
