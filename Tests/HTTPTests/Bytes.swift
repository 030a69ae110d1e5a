import HTTP
import HTTPInvariants
import Primitives

/// What a decoder makes of a text presented whole.
func decode(
  _ text: String, role: HTTP1Decoder.Role = .server, limits: HTTPLimits = HTTPLimits(), method: Method = .get,
  upgrade: Bool = false
) -> Transcript {
  decode(Array(text.utf8), role: role, limits: limits, method: method, upgrade: upgrade)
}

func decode(
  _ bytes: [UInt8], role: HTTP1Decoder.Role = .server, limits: HTTPLimits = HTTPLimits(),
  method: Method = .get,
  upgrade: Bool = false
) -> Transcript {
  Transcript.of(
    bytes, role: role, limits: limits, method: method, upgrade: upgrade, nextSize: { bytes.count })
}

/// The error for a request, presented whole and byte by byte alike.
func refusal(_ text: String, limits: HTTPLimits = HTTPLimits()) -> HTTPError? {
  refusal(Array(text.utf8), limits: limits)
}

func refusal(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> HTTPError? {
  let whole = decode(bytes, limits: limits)
  let single = Transcript.of(bytes, role: .server, limits: limits, nextSize: { 1 })
  return whole == single ? whole.error : nil
}

/// The error for a response to `method`, presented whole and byte by byte alike.
func responseRefusal(_ text: String, limits: HTTPLimits = HTTPLimits(), method: Method = .get) -> HTTPError? {
  let bytes = Array(text.utf8)
  let whole = decode(bytes, role: .client, limits: limits, method: method)
  let single = Transcript.of(bytes, role: .client, limits: limits, method: method, nextSize: { 1 })
  return whole == single ? whole.error : nil
}

/// Puts the head of a text into `head`; stops the test where there is none.
func read(
  _ text: String, role: HTTP1Decoder.Role = .server, method: Method = .get, upgrade: Bool = false,
  into head: inout MessageHead
) {
  var decoder = HTTP1Decoder(role: role)
  if role == .client { decoder.expect(responseTo: method, upgrade: upgrade) }
  var trailers = MessageHead()
  var offset = 0
  let bytes = Array(text.utf8)
  let event = try? decoder.next(bytes.span, &offset, head: &head, trailers: &trailers)
  precondition(event == .head || event == .informational, "no head in \(text)")
}

/// A buffer's content as text.
func text(_ buffer: borrowing ByteBuffer) -> String {
  var bytes: [UInt8] = []
  for i in 0..<buffer.count { bytes.append(buffer[i]) }
  return String(decoding: bytes, as: UTF8.self)
}
