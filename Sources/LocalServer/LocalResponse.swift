public import Primitives

/// What a `LocalService` answers. Framing and `Connection` are the server's to write.
public struct LocalResponse: ~Copyable {
  public var status = 200
  public var contentType: StaticString = "text/plain; charset=utf-8"
  public var body = ByteBuffer()
  /// Further fields. Names and values must be valid as they are.
  public var fields: [(name: StaticString, value: String)] = []
  /// How long the server waits before it answers.
  public var delay = Interval.zero
  /// The connection is reset in place of an answer.
  public var breaksOff = false

  public init() {}
}
