internal import Primitives

/// The `Date` field's text (RFC 9110, section 5.6.7), made anew at most once a second.
struct HTTPDate {
  private var end = MonotonicTime(nanoseconds: .min)
  private var text = InlineArray<29, UInt8>(repeating: 32)

  var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { text.span }
  }

  /// - Parameters:
  ///   - now: not later than when this is called; the text holds until the second is over on this clock.
  ///   - wall: nanoseconds since 1970; asked once a second.
  mutating func refresh(_ now: MonotonicTime, _ wall: () -> Int64) {
    if now < end { return }
    let wall = wall()
    end = now + .nanoseconds(1_000_000_000 - wall % 1_000_000_000)
    let now = wall / 1_000_000_000
    let days = now / 86_400
    let rest = now % 86_400
    let (year, month, day) = Self.civil(days)
    put("SunMonTueWedThuFriSat", Int((days + 4) % 7), at: 0)
    text[3] = 44
    put(day, digits: 2, at: 5)
    put(Self.months, month - 1, at: 8)
    put(year, digits: 4, at: 12)
    put(Int(rest / 3600), digits: 2, at: 17)
    text[19] = 58
    put(Int(rest / 60 % 60), digits: 2, at: 20)
    text[22] = 58
    put(Int(rest % 60), digits: 2, at: 23)
    text[26] = 71
    text[27] = 77
    text[28] = 84
  }

  private mutating func put(_ names: String, _ index: Int, at place: Int) {
    for (offset, scalar) in names.utf8.dropFirst(index * 3).prefix(3).enumerated() {
      text[place + offset] = scalar
    }
  }

  private mutating func put(_ value: Int, digits: Int, at place: Int) {
    var rest = value
    for offset in (0..<digits).reversed() {
      text[place + offset] = 48 + UInt8(rest % 10)
      rest /= 10
    }
  }

  static let months = "JanFebMarAprMayJunJulAugSepOctNovDec"

  /// A date of the proleptic Gregorian calendar to days since 1970 (Hinnant's days_from_civil).
  static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
  }

  /// Days since 1970 to a date of the proleptic Gregorian calendar (Hinnant's civil_from_days).
  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let z = days + 719_468
    let era = z / 146_097
    let dayOfEra = z % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
    let month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
    return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, day)
  }
}
