internal import HTTP
internal import Primitives
internal import Reactor

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// How long the endpoint asks to be left alone; nil where it does not say, or not so that it can be understood.
  static func read(_ head: borrowing MessageHead) -> Interval? {
    guard let range = head.value(of: .retryAfter) else { return nil }
    return parse(head.bytes(of: range), wall: Clock.wall())
  }

  /// - Parameter wall: now, in nanoseconds since 1970.
  static func parse(_ value: Span<UInt8>, wall: Int64) -> Interval? {
    if let seconds = number(value, 0, value.count) { return .seconds(min(Int64(seconds), longest)) }
    guard let date = imfDate(value) else { return nil }
    let seconds = date - wall / 1_000_000_000
    if seconds <= 0 { return .zero }
    return .seconds(min(seconds, longest)) - .nanoseconds(wall % 1_000_000_000)
  }

  /// Seconds, some 30 years: years that four digits can say are more than an `Interval` can hold.
  private static let longest: Int64 = 1_000_000_000

  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that may still be written.
  private static func imfDate(_ value: Span<UInt8>) -> Int64? {
    guard value.count == 29, value[3] == 44, value[26] == 71, value[27] == 77, value[28] == 84,
      let day = number(value, 5, 7), let year = number(value, 12, 16), let hour = number(value, 17, 19),
      let minute = number(value, 20, 22), let second = number(value, 23, 25),
      let month = (0..<12).first(where: { isMonth($0, value) }), hour < 24, minute < 60, second < 61,
      day >= 1,
      day < 32
    else { return nil }
    return HTTPDate.days(year: year, month: month + 1, day: day) * 86_400
      + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func isMonth(_ month: Int, _ value: Span<UInt8>) -> Bool {
    let names = HTTPDate.months.utf8
    return names.dropFirst(month * 3).prefix(3).elementsEqual([value[8], value[9], value[10]])
  }

  private static func number(_ value: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start < end, end - start <= 12 else { return nil }
    var sum = 0
    for index in start..<end {
      guard value[index] >= 48, value[index] <= 57 else { return nil }
      sum = sum * 10 + Int(value[index] - 48)
    }
    return sum
  }
}
