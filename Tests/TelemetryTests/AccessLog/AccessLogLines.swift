import Certificates
import HTTP
import Identity
import Policy
import Primitives
import Telemetry

let layout = MetricsLayout(
  rules: [.init(route: "orders", rule: "canary")], services: ["orders-v1"],
  endpoints: [.init(service: "orders-v1", address: "10.0.0.5:8080")],
  authorizations: [
    .init(scope: "route", name: "orders", rule: ""), .init(scope: "route", name: "orders", rule: "web-reads"),
  ])

/// A request head with the parts that a log line shows; bytes may be anything.
func request(method: String = "GET", target: [UInt8], authority: [UInt8], _ fields: [(FieldID, [UInt8])])
  -> MessageHead
{
  var head = MessageHead()
  head.methodName = place(Array(method.utf8), in: &head.arena)
  head.target = place(target, in: &head.arena)
  head.authority = place(authority, in: &head.arena)
  for (id, value) in fields { head.append(id, value.span) }
  return head
}

private func place(_ bytes: [UInt8], in arena: inout ByteBuffer) -> ByteRange {
  let start = arena.count
  arena.append(bytes.span)
  return ByteRange(offset: UInt32(start), count: UInt32(bytes.count))
}

/// An entry in which everything happened.
func entry(_ head: borrowing MessageHead) -> AccessLogEntry {
  var entry = AccessLogEntry(
    start: 1_795_473_000_123_456_789, target: head.target, peer: .v4(address: 0x7F00_0001, port: 4711))
  entry.status = 503
  entry.reason = .connectTimeout
  entry.retriesExhausted = true
  entry.bytesReceived = 12
  entry.bytesSent = 345
  entry.attempts = 2
  entry.duration = .microseconds(1_234_567)
  entry.waiting = .microseconds(1)
  entry.connecting = .milliseconds(20)
  entry.upstream = .microseconds(30_050)
  entry.backoff = .nanoseconds(999)
  entry.rule = 0
  entry.service = 0
  entry.endpoint = 0
  entry.trace = TraceContext(traceHigh: 0xabc, traceLow: 1, parent: 2, span: 3, flags: .sampled)
  entry.identity = PeerIdentity(
    CertificateDescription(
      subject: "CN=web", issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, fingerprint: [],
      uris: ["spiffe://prod/web"], uriCount: 1, key: ""))
  entry.authorization = AuthorizationVerdict(.wouldDeny, slot: 1)
  return entry
}

/// A line of that format.
func line(
  _ format: String, _ request: borrowing MessageHead, _ entry: AccessLogEntry, response: borrowing MessageHead
) throws -> [UInt8] {
  let format = try AccessLogFormat(format)
  var timestamps = TimestampFormatter()
  var buffer = ByteBuffer()
  format.append(
    entry, request: request, response: response, layout: layout, timestamps: &timestamps, to: &buffer)
  return (0..<buffer.count).map { buffer[$0] }
}
