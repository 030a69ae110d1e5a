public import Primitives

/// Writes RFC 3339 times in UTC, with milliseconds (`2026-11-23T22:30:00.123Z`) or without. Date and time of day are
/// worked out once a second; within it only the milliseconds are.
public struct TimestampFormatter: Sendable {
  private var second = Int64.min
  /// `2026-11-23T22:30:00.`
  private var prefix = InlineArray<20, UInt8>(repeating: 0)

  public init() {}

  /// `nanoseconds` since the Unix epoch, of the years 0 to 9999.
  public mutating func append(nanoseconds: Int64, to buffer: inout ByteBuffer) {
    let (whole, rest) = Self.divide(nanoseconds, 1_000_000_000)
    if whole != second { format(whole) }
    buffer.append(prefix.span)
    let milliseconds = UInt64(rest / 1_000_000)
    buffer.append(48 &+ UInt8(truncatingIfNeeded: milliseconds / 100))
    buffer.append(48 &+ UInt8(truncatingIfNeeded: milliseconds / 10 % 10))
    buffer.append(48 &+ UInt8(truncatingIfNeeded: milliseconds % 10))
    buffer.append(90 as UInt8)
  }

  /// A time in whole seconds since the Unix epoch, without a fraction: `2026-11-23T22:30:00Z`. What RFC 3339 cannot
  /// write, before the year 0 or after the year 9999, becomes the first or the last time that it can.
  package static func text(seconds: Int64) -> String {
    var formatter = TimestampFormatter()
    formatter.format(min(max(seconds, -62_167_219_200), 253_402_300_799))
    return String(decoding: (0..<19).map { formatter.prefix[$0] }, as: UTF8.self) + "Z"
  }

  private mutating func format(_ second: Int64) {
    self.second = second
    let (day, time) = Self.divide(second, 86_400)
    let (year, month, dayOfMonth) = Self.date(daysSinceEpoch: day)
    put(year, digits: 4, at: 0, then: 45)
    put(month, digits: 2, at: 5, then: 45)
    put(dayOfMonth, digits: 2, at: 8, then: 84)
    put(time / 3_600, digits: 2, at: 11, then: 58)
    put(time / 60 % 60, digits: 2, at: 14, then: 58)
    put(time % 60, digits: 2, at: 17, then: 46)
  }

  private mutating func put(_ value: Int64, digits: Int, at start: Int, then separator: UInt8) {
    var rest = value
    for place in stride(from: start + digits - 1, through: start, by: -1) {
      prefix[place] = 48 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    prefix[start + digits] = separator
  }

  /// Days to a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
  private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = divide(daysSinceEpoch + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// Division rounding down, so that times before the epoch come out right too.
  private static func divide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
    let rest = value % by
    return rest < 0 ? (value / by - 1, rest + by) : (value / by, rest)
  }
}
