internal import Configuration
internal import Discovery
internal import Primitives
internal import Reactor
internal import Telemetry

/// Keeps the part of a configuration that was fetched, and is in effect, for a process that cannot fetch it. The control
/// loop's thread.
final class ConfigurationKeeper {
  private struct Copy: Equatable {
    let text: ConfigurationText
    /// Of the last good table.
    let path: String

    init?(_ text: ConfigurationText?, _ path: String?) {
      guard let text, let path else { return nil }
      self.text = text
      self.path = path
    }
  }

  private let file = LastGoodConfiguration()
  private let loop: EventLoop
  private let token: Token
  /// What is to be there, and what is.
  private var wanted: Copy?
  private var kept: Copy?
  private var delay = RewriteDelay()
  private var timer = TimerWheel.ID.none

  /// - Parameters:
  ///   - token: of its timer; `again` is to be called then.
  ///   - text: what an earlier process has kept there.
  init(on loop: EventLoop, token: Token, holding text: ConfigurationText?, beside path: String?) {
    self.loop = loop
    self.token = token
    kept = Copy(text, path)
  }

  /// Why it is not there; nil where nothing is to be kept, too.
  var problem: String? {
    guard wanted != nil, wanted != kept, let failure = file.failure else { return nil }
    return "the last good configuration cannot be written: \(failure.reason)"
  }

  /// - Parameter path: of the last good table, beside which it is kept.
  func keep(_ text: ConfigurationText?, beside path: String?) {
    wanted = Copy(text, path)
    delay = RewriteDelay()
    again()
  }

  /// Where it could not be written, it is tried again.
  func again() {
    loop.cancel(timer)
    guard let wanted, wanted != kept else { return }
    let hadFailed = file.failure != nil
    if let news = file.write(wanted.text.bytes, of: wanted.text.name, beside: wanted.path) {
      Log.warning("the last good configuration cannot be written", ["reason": .string(news.reason)])
    }
    if file.failure != nil {
      timer = loop.schedule(at: loop.now + delay.next(), token.raw)
      return
    }
    kept = wanted
    if hadFailed { Log.info("the last good configuration is written again") }
  }

  /// It is another process's to write.
  func letGo() {
    wanted = nil
    loop.cancel(timer)
  }
}
