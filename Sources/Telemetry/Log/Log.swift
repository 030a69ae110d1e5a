internal import Primitives
internal import Synchronization

/// Our own log: one line an event on standard error. For cold paths; any thread. Lines do not mix, since each is
/// handed to the kernel whole. One that cannot be written at once is lost; the next that can says how many were.
public enum Log {
  private static let threshold = Atomic<UInt8>(LogLevel.info.rawValue)
  private static let output = LogOutput(descriptor: 2)
  private static let lost = Atomic<UInt64>(0)
  private static let style = Atomic<UInt8>(LogFormat.text.rawValue)

  /// What is less important is dropped. Info until set.
  public static var level: LogLevel {
    get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
    set { threshold.store(newValue.rawValue, ordering: .relaxed) }
  }

  public static var format: LogFormat {
    get { LogFormat(rawValue: style.load(ordering: .relaxed)) ?? .text }
    set { style.store(newValue.rawValue, ordering: .relaxed) }
  }

  /// To ask before gathering what only a log line needs.
  public static func isEnabled(_ level: LogLevel) -> Bool {
    level.rawValue <= threshold.load(ordering: .relaxed)
  }

  public static func error(
    _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
  ) {
    if isEnabled(.error) { write(.error, message, fields()) }
  }

  public static func warning(
    _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
  ) {
    if isEnabled(.warning) { write(.warning, message, fields()) }
  }

  public static func info(
    _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
  ) {
    if isEnabled(.info) { write(.info, message, fields()) }
  }

  public static func debug(
    _ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
  ) {
    if isEnabled(.debug) { write(.debug, message, fields()) }
  }

  @inline(never)
  private static func write(
    _ level: LogLevel, _ message: StaticString, _ fields: KeyValuePairs<StaticString, LogValue>
  ) {
    let lostBefore = lost.exchange(0, ordering: .relaxed)
    var line = ByteBuffer(capacity: 256)
    if lostBefore > 0 {
      LogLine.append(
        format, .warning, "log lines were lost", ["count": LogValue(unlessZero: lostBefore)],
        time: WallClock.now, to: &line)
    }
    LogLine.append(format, level, message, fields, time: WallClock.now, to: &line)
    if !output.write(line.bytes) { lost.add(lostBefore + 1, ordering: .relaxed) }
  }
}
