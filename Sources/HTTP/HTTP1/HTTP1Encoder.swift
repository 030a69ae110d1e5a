public import Primitives

/// Writes heads and chunks as HTTP/1.1 (RFC 9112). Pure: bytes go to the end of a buffer.
///
/// `Content-Length`, `Transfer-Encoding` and `Connection` are made from `framing`, `upgrade` and the arguments, and
/// never copied from the fields. Everything else that is not removed goes out as it stands: what is for one hop
/// only is `ForwardingRules`' business.
public enum HTTP1Encoder {
  /// Writes a request head, with the path and the query of `head`, not its target as received. `persistent: false`
  /// tells the peer to close. Without a Host field the authority makes one, maybe an empty one.
  public static func appendRequest(
    _ head: borrowing MessageHead, to output: inout ByteBuffer, persistent: Bool = true
  ) {
    output.reserve(head.arena.count &+ 160)
    switch head.method {
    case .get: output.append("GET ")
    case .post: output.append("POST ")
    default:
      if head.methodName.isEmpty {
        output.append(head.method.name)
      } else {
        output.append(head.bytes(of: head.methodName))
      }
      output.append(0x20)
    }
    if head.hasQuery, head.query.start == head.path.end &+ 1 {
      // As they came: the path, a question mark, the query.
      output.append(head.bytes(of: ByteRange(head.path.start, head.query.end)))
    } else {
      output.append(head.bytes(of: head.path))
      if head.hasQuery {
        output.append(UInt8(ascii: "?"))
        output.append(head.bytes(of: head.query))
      }
    }
    output.append(" HTTP/1.1\r\n")
    if head.index(of: .host) == nil {
      output.append("host: ")
      output.append(head.bytes(of: head.authority))
      output.append("\r\n")
    }
    appendFields(head, to: &output)
    appendFraming(head.framing, to: &output)
    let asksForTrailers = head.index(of: .te) != nil
    if head.upgrade {
      output.append(asksForTrailers ? "connection: upgrade, te\r\n" : "connection: upgrade\r\n")
    } else if !persistent {
      output.append(asksForTrailers ? "connection: close, te\r\n" : "connection: close\r\n")
    } else if asksForTrailers {
      output.append("connection: te\r\n")
    }
    output.append("\r\n")
  }

  /// Writes a response head for a client of the given version. `head.framing` must suit that version (see
  /// `Framing.forwarded`); `.none` is for responses without a body only, which a client knows from the status or
  /// from its request having been HEAD. 1xx, 204 and 304 never get a body's framing.
  public static func appendResponse(
    _ head: borrowing MessageHead, to output: inout ByteBuffer, version: HTTPVersion, persistent: Bool
  ) {
    output.reserve(head.arena.count &+ 160)
    let status = head.status
    if status == 200 {
      output.append("HTTP/1.1 200 ")
    } else {
      output.append("HTTP/1.1 ")
      output.append(decimal: UInt64(status))
      output.append(0x20)
    }
    if head.reason.isEmpty {
      output.append(StatusReason.phrase(status))
    } else {
      output.append(head.bytes(of: head.reason))
    }
    output.append("\r\n")
    appendFields(head, to: &output)
    if status >= 200 {
      if status == 304 || head.framing == .none, status != 204, let length = head.declaredLength {
        appendFraming(.length(length), to: &output)
      } else if status != 204, status != 304 {
        appendFraming(head.framing, to: &output)
      }
      // 426 names protocols in `Upgrade`, which `Connection` has to name (RFC 9110 §7.8).
      let upgrade = head.upgrade && head.index(of: .upgrade) != nil
      if !persistent || head.framing == .untilClose {
        output.append(upgrade ? "connection: close, upgrade\r\n" : "connection: close\r\n")
      } else if upgrade {
        output.append("connection: upgrade\r\n")
      } else if version == .http10 {
        output.append("connection: keep-alive\r\n")
      }
    } else if status == 101 {
      output.append("connection: upgrade\r\n")
    }
    output.append("\r\n")
  }

  /// The line before a chunk of so many bytes, which must not be 0.
  public static func appendChunkHeader(_ count: Int, to output: inout ByteBuffer) {
    output.append(hex: UInt64(count))
    output.append("\r\n")
  }

  /// The line end behind a chunk.
  public static func appendChunkEnd(to output: inout ByteBuffer) { output.append("\r\n") }

  /// The empty chunk that ends a body, and the trailers, where there are any.
  public static func appendLastChunk(trailers: borrowing MessageHead, to output: inout ByteBuffer) {
    output.append("0\r\n")
    if !trailers.fields.isEmpty { appendFields(trailers, to: &output) }
    output.append("\r\n")
  }

  /// The empty chunk that ends a body without trailers.
  public static func appendLastChunk(to output: inout ByteBuffer) { output.append("0\r\n\r\n") }

  private static func appendFraming(_ framing: Framing, to output: inout ByteBuffer) {
    switch framing {
    case .none, .untilClose: break
    case .chunked: output.append("transfer-encoding: chunked\r\n")
    case .length(let length):
      output.append("content-length: ")
      output.append(decimal: length)
      output.append("\r\n")
    }
  }

  /// Writes all fields but those removed and those made anew. Neighbours that lie in the arena as they shall go out
  /// are copied as one piece, line ends included.
  private static func appendFields(_ head: borrowing MessageHead, to output: inout ByteBuffer) {
    let fields = head.fields.span
    var piece = ByteRange.empty
    for i in fields.indices {
      let field = fields[i]
      if field.isRemoved || field.id.isRegenerated { continue }
      let start = field.name.offset
      let end = field.value.offset &+ field.value.count &+ 2
      if field.isVerbatim, start == piece.offset &+ piece.count {
        piece.count = end &- piece.offset
        continue
      }
      if !piece.isEmpty { output.append(head.bytes(of: piece)) }
      if field.isVerbatim {
        piece = ByteRange(offset: start, count: end &- start)
      } else {
        piece = .empty
        output.append(head.bytes(of: field.name))
        output.append(": ")
        output.append(head.bytes(of: field.value))
        output.append("\r\n")
      }
    }
    if !piece.isEmpty { output.append(head.bytes(of: piece)) }
  }
}
