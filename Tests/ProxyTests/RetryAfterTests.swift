import Primitives
import Testing

@testable import Proxy

@Suite struct RetryAfterTests {
  static let wall: Int64 = 784_111_777 * 1_000_000_000

  static func parse(_ text: String) -> Interval? {
    let bytes = Array(text.utf8)
    return RetryAfter.parse(bytes.span, wall: wall)
  }

  @Test(
    arguments: [
      ("0", 0), ("1", 1), ("120", 120), ("007", 7), ("999999999999", 1_000_000_000),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
      ("Sun, 06 Nov 1994 08:49:38 GMT", 1),
      ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
      ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
      // What is past is now.
      ("Sun, 06 Nov 1994 08:49:36 GMT", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 01 Jan 0001 00:00:00 GMT", 0),
      // A leap second.
      ("Sun, 06 Nov 1994 08:49:60 GMT", 23),
      // Further away than nanoseconds in 64 bits can say: as far as it goes.
      ("Fri, 31 Dec 9999 23:59:59 GMT", 1_000_000_000),
    ] as [(String, Int64)]) func isUnderstood(_ text: String, _ seconds: Int64)
  {
    #expect(Self.parse(text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", " ", "-1", "+1", "1.5", "1 ", "soon", "1234567890123", "0x10",
    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1x94 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ]) func isIgnored(_ text: String) {
    #expect(Self.parse(text) == nil)
  }
}
