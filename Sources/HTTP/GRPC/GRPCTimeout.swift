public import Primitives

/// `grpc-timeout`: how long the caller will wait from now on (gRPC's PROTOCOL-HTTP2.md). One to eight digits, then a
/// unit: `H`, `M`, `S`, `m`, `u` or `n`.
public enum GRPCTimeout {
  /// A hundred years: what is longer is cut to it, so that adding it to a time never overflows.
  public static let longest = Interval.seconds(100 * 365 * 86_400)

  /// Nil where the value is none of these. Zero means that the time is over already.
  public static func parse(_ value: Span<UInt8>) -> Interval? {
    let digits = value.count - 1
    guard digits >= 1, digits <= 8 else { return nil }
    var number: Int64 = 0
    for i in 0..<digits {
      guard value[i].isDigit else { return nil }
      number = number * 10 + Int64(value[i] &- 0x30)
    }
    let unit: Int64
    switch value[digits] {
    case UInt8(ascii: "H"): unit = 3_600_000_000_000
    case UInt8(ascii: "M"): unit = 60_000_000_000
    case UInt8(ascii: "S"): unit = 1_000_000_000
    case UInt8(ascii: "m"): unit = 1_000_000
    case UInt8(ascii: "u"): unit = 1_000
    case UInt8(ascii: "n"): unit = 1
    default: return nil
    }
    let (length, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows ? longest : min(longest, .nanoseconds(length))
  }

  /// Writes what is left, in the finest unit in which eight digits hold it, rounded down: the next hop never gets
  /// more time than there is. What is not above zero is written as one nanosecond.
  public static func append(_ left: Interval, to output: inout ByteBuffer) {
    let most: Int64 = 99_999_999
    var number = max(1, left.nanoseconds)
    var unit = UInt8(ascii: "n")
    if number > most {
      number /= 1_000
      unit = UInt8(ascii: "u")
    }
    if number > most {
      number /= 1_000
      unit = UInt8(ascii: "m")
    }
    if number > most {
      number /= 1_000
      unit = UInt8(ascii: "S")
    }
    if number > most {
      number /= 60
      unit = UInt8(ascii: "M")
    }
    if number > most {
      number /= 60
      unit = UInt8(ascii: "H")
    }
    output.append(decimal: UInt64(number))
    output.append(unit)
  }
}
