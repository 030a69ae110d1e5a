public import HTTP
internal import Primitives

/// What a decoder made of some bytes, written down: two of them are equal where a caller could see no difference.
public struct Transcript: Equatable, Sendable {
  /// One line an event. Body pieces that follow each other are one line.
  public var lines: [String] = []
  public var error: HTTPError?
  /// Where there was an error: what can be read of the message so far, for whoever logs it.
  public var refused: String?

  public init() {}

  /// Feeds `bytes` to a decoder as a connection would, in pieces of the sizes that `nextSize` gives, and at last
  /// the end of the input.
  public static func of(
    _ bytes: [UInt8], role: HTTP1Decoder.Role, limits: HTTPLimits = HTTPLimits(), method: Method = .get,
    upgrade: Bool = false, nextSize: () -> Int
  ) -> Transcript {
    var transcript = Transcript()
    var decoder = HTTP1Decoder(role: role, limits: limits)
    var head = MessageHead()
    var trailers = MessageHead()
    var body: [UInt8] = []
    var rest: [UInt8] = []
    var position = 0
    do throws(HTTPError) {
      if role == .client { decoder.expect(responseTo: method, upgrade: upgrade) }
      while position < bytes.count {
        let size = max(1, min(nextSize(), bytes.count - position))
        rest.append(contentsOf: bytes[position..<(position + size)])
        position += size
        var offset = 0
        var event = HTTPEvent.head
        repeat {
          let before = offset
          // Each response is asked for, but the bytes behind a closing one.
          if role == .client, decoder.isIdle, offset < rest.count {
            decoder.expect(responseTo: method, upgrade: upgrade)
          }
          event = try decoder.next(rest.span, &offset, head: &head, trailers: &trailers)
          precondition(offset >= before && offset <= rest.count, "offset out of bounds")
          transcript.note(event, rest, &body, head, trailers)
          if case .body(let piece) = event, decoder.maySeeChunks(rest.span, behind: piece) {
            var more = ByteBuffer()
            decoder.gatherChunks(rest.span, &offset, into: &more)
            precondition(offset <= rest.count, "offset out of bounds")
            body.append(contentsOf: more.bytes.copied)
          }
        } while event != .needInput
        rest.removeFirst(offset)
      }
      let last = try decoder.inputEnded()
      transcript.note(last, [], &body, head, trailers)
    } catch {
      transcript.flush(&body)
      transcript.error = error
      transcript.refused = ([describe(head)] + fields(trailers)).joined(separator: " | ")
    }
    transcript.flush(&body)
    return transcript
  }

  private mutating func flush(_ body: inout [UInt8]) {
    if !body.isEmpty { lines.append("body " + Self.text(body)) }
    body = []
  }

  private mutating func note(
    _ event: HTTPEvent, _ input: [UInt8], _ body: inout [UInt8], _ head: borrowing MessageHead,
    _ trailers: borrowing MessageHead
  ) {
    if case .body(let range) = event {
      precondition(!range.isEmpty, "empty piece of a body")
      body.append(contentsOf: input[range])
      return
    }
    if event == .needInput { return }
    flush(&body)
    switch event {
    case .head: lines.append("head " + Self.describe(head))
    case .informational: lines.append("informational " + Self.describe(head))
    case .end: lines.append((["end"] + Self.fields(trailers)).joined(separator: " | "))
    case .needInput, .body: break
    }
  }

  /// Everything that a caller can read of a head.
  public static func describe(_ head: borrowing MessageHead) -> String {
    var parts: [String] = []
    if head.status == 0 {
      parts.append("\(head.method) \(head.text(of: head.methodName)) \(head.text(of: head.target))")
      parts.append("\(head.targetForm) path \(head.text(of: head.path))")
      if head.hasQuery { parts.append("query \(head.text(of: head.query))") }
      if !head.scheme.isEmpty { parts.append("scheme \(head.text(of: head.scheme))") }
      parts.append("authority \(head.text(of: head.authority))")
    } else {
      parts.append("\(head.status) \(head.text(of: head.reason))")
    }
    parts.append("\(head.version)")
    parts.append("\(head.framing)")
    if let length = head.declaredLength { parts.append("declared \(length)") }
    if head.persistent { parts.append("persistent") }
    if head.upgrade { parts.append("upgrade") }
    if head.expectsContinue { parts.append("continue") }
    if head.connectionNamesFields { parts.append("names") }
    return (parts + fields(head)).joined(separator: " | ")
  }

  /// The fields that are there, one text each.
  public static func fields(_ head: borrowing MessageHead) -> [String] {
    var texts: [String] = []
    for index in head.fields.indices where !head.fields[index].isRemoved {
      let field = head.fields[index]
      texts.append("\(head.text(of: field.name)): \(head.text(of: field.value)) (\(field.id))")
    }
    return texts
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
