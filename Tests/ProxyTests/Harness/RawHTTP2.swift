import HTTPInvariants

/// What a client of HTTP/2 sends, as bytes, for tests in which it behaves as our own session would not.
enum RawHTTP2 {
  /// The preface, and SETTINGS: with the window that its streams begin with, or that change nothing.
  static func opening(window: UInt32? = nil) -> [UInt8] {
    let settings = window.map { [0, 4] + word($0) } ?? []
    return HTTP2Frames.preface + [0, 0, UInt8(settings.count), 4, 0, 0, 0, 0, 0] + settings
  }

  /// GET that ends with its head.
  static func get(_ stream: UInt8, _ path: String = "/", host: String = "a") -> [UInt8] {
    let block = [0x82, 0x86, 0x41] + text(host) + [4] + text(path)
    return [0, 0, UInt8(block.count), 1, 5, 0, 0, 0, stream] + block
  }

  /// Opens a stream's window.
  static func windowUpdate(_ stream: UInt8, _ count: UInt32) -> [UInt8] {
    [0, 0, 4, 8, 0, 0, 0, 0, stream] + word(count)
  }

  static func reset(_ stream: UInt8) -> [UInt8] { [0, 0, 4, 3, 0, 0, 0, 0, stream] + word(8) }

  private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func word(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
