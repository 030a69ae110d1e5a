/// The value of Content-Length.
enum ContentLength {
  /// Digits only (RFC 9110 §8.6), at most 2^63 - 1.
  static func parse(_ value: Span<UInt8>) throws(HTTPError) -> UInt64 {
    if value.isEmpty { throw .invalidContentLength }
    var length: Int64 = 0
    for i in value.indices {
      guard value[i].isDigit else { throw .invalidContentLength }
      let (tens, isTooLarge) = length.multipliedReportingOverflow(by: 10)
      let (sum, isStillTooLarge) = tens.addingReportingOverflow(Int64(value[i] &- 0x30))
      if isTooLarge || isStillTooLarge { throw .invalidContentLength }
      length = sum
    }
    return UInt64(length)
  }
}
