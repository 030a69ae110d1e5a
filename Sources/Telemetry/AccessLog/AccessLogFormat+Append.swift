internal import Certificates
package import HTTP
internal import Identity
internal import Policy
package import Primitives
internal import Reactor

extension AccessLogFormat {
  /// Appends one line. Allocates nothing but what the buffer needs to grow.
  package func append(
    _ entry: borrowing AccessLogEntry, request: borrowing MessageHead, response: borrowing MessageHead,
    layout: MetricsLayout, timestamps: inout TimestampFormatter, to buffer: inout ByteBuffer
  ) {
    let texts = texts.span
    for item in items {
      buffer.append(texts.extracting(item.before.indices))
      if item.field == .literal { return }
      let found = appendValue(
        item.field, item.name, item.limit, entry, request, response, layout, &timestamps, &buffer)
      if found { continue }
      if item.otherField != .literal,
        appendValue(
          item.otherField, item.otherName, item.limit, entry, request, response, layout, &timestamps, &buffer)
      {
        continue
      }
      if isJSON { buffer.append("null") } else { buffer.append(45 as UInt8) }
    }
  }

  /// False, and nothing appended, where there is no such value.
  private func appendValue(
    _ field: AccessLogField, _ name: ByteRange, _ limit: UInt32, _ entry: borrowing AccessLogEntry,
    _ request: borrowing MessageHead, _ response: borrowing MessageHead, _ layout: MetricsLayout,
    _ timestamps: inout TimestampFormatter, _ buffer: inout ByteBuffer
  ) -> Bool {
    switch field {
    case .literal: return false
    case .startTime:
      quote(&buffer)
      timestamps.append(nanoseconds: entry.start, to: &buffer)
      quote(&buffer)
    case .method: return append(request.methodName, of: request, limit, &buffer)
    case .target: return append(entry.target, of: request, limit, &buffer)
    case .authority: return append(request.authority, of: request, limit, &buffer)
    case .version: return append(request.version.name, &buffer)
    case .forwardedFor: return append(.xForwardedFor, of: request, limit, &buffer)
    case .userAgent: return append(.userAgent, of: request, limit, &buffer)
    case .requestID: return append(.xRequestID, of: request, limit, &buffer)
    case .requestHeader: return append(named: name, of: request, limit, &buffer)
    case .responseHeader: return append(named: name, of: response, limit, &buffer)
    case .status: return append(decimal: entry.status, &buffer)
    case .grpcStatus:
      guard let code = entry.grpc else { return false }
      buffer.append(decimal: UInt64(code.rawValue))
    case .flags:
      // Some reasons have none.
      let hasFlag = entry.reason.flag.utf8CodeUnitCount > 1
      if !hasFlag && !entry.retriesExhausted { return false }
      quote(&buffer)
      if hasFlag { buffer.append(entry.reason.flag) }
      if entry.retriesExhausted { buffer.append(hasFlag ? ",URX" as StaticString : "URX") }
      quote(&buffer)
    case .reason: return entry.reason != .none && append(entry.reason.name, &buffer)
    case .details: return entry.reason != .none && append(entry.details ?? entry.reason.details, &buffer)
    case .attempts: buffer.append(decimal: UInt64(max(0, entry.attempts)))
    case .bytesReceived: buffer.append(decimal: entry.bytesReceived)
    case .bytesSent: buffer.append(decimal: entry.bytesSent)
    case .duration: append(entry.duration, &buffer)
    case .waiting: append(entry.waiting, &buffer)
    case .connecting: append(entry.connecting, &buffer)
    case .upstream: append(entry.upstream, &buffer)
    case .backoff: append(entry.backoff, &buffer)
    case .route: return append(entry.rule, of: layout.routeNames, &buffer)
    case .rule: return append(entry.rule, of: layout.ruleNames, &buffer)
    case .service: return append(entry.service, of: layout.serviceNames, &buffer)
    case .endpoint: return append(entry.endpoint, of: layout.endpointNames, &buffer)
    case .traceID:
      guard let trace = entry.trace else { return false }
      quote(&buffer)
      buffer.append(hex16: trace.traceHigh)
      buffer.append(hex16: trace.traceLow)
      quote(&buffer)
    case .spanID:
      guard let trace = entry.trace else { return false }
      quote(&buffer)
      buffer.append(hex16: trace.span)
      quote(&buffer)
    case .sampled:
      guard let trace = entry.trace else { return false }
      buffer.append(trace.isSampled ? "true" as StaticString : "false")
    case .tlsVersion: return entry.tls.map { append($0.version.name, &buffer) } ?? false
    case .tlsCipher: return entry.tls.map { append($0.cipher, &buffer) } ?? false
    case .serverName: return append(entry.tls?.serverName, &buffer)
    case .peerIdentity: return append(entry.tls?.peer?.certificate.uris.first, &buffer)
    case .peerSubject: return append(entry.tls?.peer?.certificate.subject, &buffer)
    case .upstreamTLSVersion: return entry.upstreamTLS.map { append($0.version.name, &buffer) } ?? false
    case .upstreamIdentity: return append(entry.upstreamTLS?.peer?.certificate.uris.first, &buffer)
    case .upstreamSubject: return append(entry.upstreamTLS?.peer?.certificate.subject, &buffer)
    case .peer, .peerHost:
      quote(&buffer)
      appendPeer(entry.peer, withPort: field == .peer, &buffer)
      quote(&buffer)
    case .identity:
      guard let name = entry.identity?.nameBytes else { return false }
      append(name.span, &buffer)
    case .authorization:
      guard let verdict = entry.authorization else { return false }
      return append(verdict.decision.name, &buffer)
    case .authorizationRule:
      return append(entry.authorization?.slot ?? -1, of: layout.authorizationNames, &buffer)
    }
    return true
  }

  // MARK: - Values

  private func append(
    _ range: ByteRange, of head: borrowing MessageHead, _ limit: UInt32, _ buffer: inout ByteBuffer
  )
    -> Bool
  {
    if range.count == 0 { return false }
    let part = ByteRange(offset: range.offset, count: min(range.count, limit))
    append(head.bytes(of: part), &buffer)
    return true
  }

  private func append(
    _ id: FieldID, of head: borrowing MessageHead, _ limit: UInt32, _ buffer: inout ByteBuffer
  )
    -> Bool
  {
    guard let value = head.value(of: id) else { return false }
    return append(value, of: head, limit, &buffer)
  }

  private func append(
    named name: ByteRange, of head: borrowing MessageHead, _ limit: UInt32, _ buffer: inout ByteBuffer
  ) -> Bool {
    guard let value = head.value(named: texts.span.extracting(name.indices)) else { return false }
    return append(value, of: head, limit, &buffer)
  }

  private func append(_ index: Int, of names: NameTable, _ buffer: inout ByteBuffer) -> Bool {
    names.with(Int32(truncatingIfNeeded: index)) { name in
      if name.isEmpty { return false }
      append(name, &buffer)
      return true
    }
  }

  /// A string out of bytes that may be anything: nothing in it can end the line or the quotes around it.
  private func append(_ bytes: Span<UInt8>, _ buffer: inout ByteBuffer) {
    if isJSON { return JSONText.append(bytes, to: &buffer) }
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 32 || byte >= 127 || byte == 34 || byte == 92 {
        if start < index { buffer.append(bytes.extracting(start..<index)) }
        buffer.append("\\x")
        buffer.append(hex: UInt64(byte), digits: 2)
        start = index &+ 1
      }
      index &+= 1
    }
    if start < index { buffer.append(bytes.extracting(start..<index)) }
  }

  /// What a client or its certificate has said of itself.
  private func append(_ text: String?, _ buffer: inout ByteBuffer) -> Bool {
    guard let text, !text.isEmpty else { return false }
    append(text.utf8Span.span, &buffer)
    return true
  }

  /// Our own words need no escapes.
  private func append(_ text: StaticString, _ buffer: inout ByteBuffer) -> Bool {
    quote(&buffer)
    buffer.append(text)
    quote(&buffer)
    return true
  }

  private func append(decimal value: Int, _ buffer: inout ByteBuffer) -> Bool {
    if value <= 0 { return false }
    buffer.append(decimal: UInt64(value))
    return true
  }

  /// Milliseconds with three decimals.
  private func append(_ interval: Interval, _ buffer: inout ByteBuffer) {
    let microseconds = UInt64(max(0, interval.nanoseconds)) / 1_000
    buffer.append(decimal: microseconds / 1_000)
    buffer.append(46 as UInt8)
    let rest = microseconds % 1_000
    buffer.append(48 &+ UInt8(truncatingIfNeeded: rest / 100))
    buffer.append(48 &+ UInt8(truncatingIfNeeded: rest / 10 % 10))
    buffer.append(48 &+ UInt8(truncatingIfNeeded: rest % 10))
  }

  private func appendPeer(_ peer: SocketAddress, withPort: Bool, _ buffer: inout ByteBuffer) {
    switch peer {
    case .v4(_, let port):
      buffer.append(host: peer)
      if withPort { appendPort(port, &buffer) }
    case .v6(_, _, let port):
      if withPort { buffer.append(91 as UInt8) }
      buffer.append(host: peer)
      if withPort {
        buffer.append(93 as UInt8)
        appendPort(port, &buffer)
      }
    case .unix: buffer.append("unix")
    }
  }

  private func appendPort(_ port: UInt16, _ buffer: inout ByteBuffer) {
    buffer.append(58 as UInt8)
    buffer.append(decimal: UInt64(port))
  }

  @inline(__always)
  private func quote(_ buffer: inout ByteBuffer) {
    if isJSON { buffer.append(34 as UInt8) }
  }
}
