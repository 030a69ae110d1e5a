public import HTTP
public import Primitives

/// What a call asks, and what it puts up with.
///
/// Redirects are responses like others: nobody follows them.
public struct ClientRequest: Sendable {
  public enum Body: Sendable, Equatable {
    case none
    /// Kept until the response begins, so that the call may be made again on another connection.
    case whole([UInt8])
    /// Sent piece by piece, by `ClientCall.send` and `finish`.
    case open
  }

  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var method: Method
  /// Path and query, as they go on the wire.
  public var target: String
  /// Beside `Host`, `User-Agent` (unless it is here) and what frames the body.
  public var fields: [Field] = []
  public var body = Body.none

  /// From when the request is sent until the response's head is there; zero: any time.
  public var headTimeout = Interval.seconds(10)
  /// Between two pieces of the body, while the call is not paused; zero: any time.
  public var bodyTimeout = Interval.seconds(30)
  /// From `start` to the response's end; zero: any time.
  public var wholeTimeout = Interval.seconds(60)
  /// Bytes of the body. A stream without end has none: `.max`.
  public var bodyLimit: UInt64 = 1 << 20

  public init(_ method: Method = .get, _ target: String) {
    self.method = method
    self.target = target
  }

  /// Nothing in it could be taken for something else on the wire.
  var isValid: Bool {
    method != .other && method != .connect && target.utf8.first == UInt8(ascii: "/")
      && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
      && fields.allSatisfy { Self.isName($0.name) && Self.isValue($0.value) }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte == 45 || byte == 95 || byte >= 48 && byte <= 57 || byte >= 97 && byte <= 122
      }
  }

  /// RFC 9110, section 5.5.
  private static func isValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 } && text.utf8.first != 0x20
      && text.utf8.last != 0x20
  }

  /// Makes the head for this request.
  func write(to head: inout MessageHead, authority: String) {
    head.clear()
    head.method = method
    let start = head.arena.count
    head.arena.append(target)
    head.path = ByteRange(start, head.arena.count)
    head.append(.host) { $0.append(authority) }
    for field in fields {
      head.append(name: Array(field.name.utf8).span, value: Array(field.value.utf8).span)
    }
    if head.index(of: .userAgent) == nil { head.append(.userAgent, "apus") }
    switch body {
    case .none: head.framing = .none
    case .whole(let bytes): head.framing = .length(UInt64(bytes.count))
    case .open: head.framing = .chunked
    }
  }
}
