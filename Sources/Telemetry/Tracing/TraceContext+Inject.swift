public import HTTP
internal import Primitives

extension TraceContext {
  /// Writes the context into a request's fields, for an attempt whose span id is `attempt`: in the formats that
  /// came in and in `configured`. What came in is replaced; `tracestate` goes on bounded and as one field, or not
  /// at all where its `traceparent` did not count. Baggage is not touched.
  public func inject(
    into head: inout MessageHead, attempt: UInt64, configured: TraceFormats
  ) -> InjectedTrace {
    // Each costs a bit test where the field is not there.
    head.remove(.b3)
    head.remove(.xB3TraceID)
    head.remove(.xB3SpanID)
    head.remove(.xB3ParentSpanID)
    head.remove(.xB3Sampled)
    head.remove(.xB3Flags)
    head.remove(.uberTraceID)
    if head.index(of: .tracestate) != nil {
      if flags.contains(.keepsState) { TraceState.tidy(&head) } else { head.remove(.tracestate) }
    }
    var injected = InjectedTrace()
    let written = formats.union(configured)
    if written.contains(.w3c) { injected.places[0] = writeW3C(into: &head, attempt) }
    if written.contains(.b3) { injected.places[1] = writeB3(into: &head, attempt) }
    if written.contains(.b3multi) { injected.places[2] = writeMultiB3(into: &head, attempt) }
    if written.contains(.jaeger) { injected.places[3] = writeJaeger(into: &head, attempt) }
    return injected
  }

  /// W3C Trace Context level 2: version 00; the flags sampled and random, the other bits zero.
  private func writeW3C(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    var text = FixedText()
    text.append(48)
    text.append(48)
    text.append(45)
    text.append(hex: traceHigh)
    text.append(hex: traceLow)
    text.append(45)
    text.append(hex: attempt)
    text.append(45)
    text.append(48)
    text.append(48 &+ flags.rawValue & 3)
    // One that has the same length is overwritten where it stands, which is cheaper and keeps its place.
    if flags.contains(.keepsState), let index = head.index(of: .traceparent),
      head.fields[index].value.count == UInt32(text.count)
    {
      let place = head.fields[index].value.offset
      head.arena.replace(at: Int(place), with: text.bytes)
      return place &+ 36
    }
    head.remove(.traceparent)
    return Self.append(.traceparent, text, spanAt: 36, to: &head)
  }

  private func writeB3(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    var text = FixedText()
    appendTrace(to: &text)
    text.append(45)
    let place = text.count
    text.append(hex: attempt)
    text.append(45)
    text.append(flags.contains(.debug) ? 100 : flags.contains(.sampled) ? 49 : 48)
    text.append(45)
    text.append(hex: span)
    return Self.append(.b3, text, spanAt: place, to: &head)
  }

  private func writeMultiB3(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    var text = FixedText()
    appendTrace(to: &text)
    _ = Self.append(.xB3TraceID, text, spanAt: 0, to: &head)
    text = FixedText()
    text.append(hex: attempt)
    let place = Self.append(.xB3SpanID, text, spanAt: 0, to: &head)
    text = FixedText()
    text.append(hex: span)
    _ = Self.append(.xB3ParentSpanID, text, spanAt: 0, to: &head)
    // Debug stands for an accept decision: X-B3-Sampled is not sent beside it.
    let isDebug = flags.contains(.debug)
    text = FixedText()
    text.append(isDebug || flags.contains(.sampled) ? 49 : 48)
    _ = Self.append(isDebug ? .xB3Flags : .xB3Sampled, text, spanAt: 0, to: &head)
    return place
  }

  private func writeJaeger(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    var text = FixedText()
    appendTrace(to: &text)
    text.append(58)
    let place = text.count
    text.append(hex: attempt)
    text.append(58)
    text.append(hex: span)
    text.append(58)
    text.append(flags.contains(.debug) ? 51 : flags.contains(.sampled) ? 49 : 48)
    return Self.append(.uberTraceID, text, spanAt: place, to: &head)
  }

  /// 16 digits where the id came with no more, else 32.
  private func appendTrace(to text: inout FixedText) {
    if !flags.contains(.short) || traceHigh != 0 { text.append(hex: traceHigh) }
    text.append(hex: traceLow)
  }

  /// Returns where in the arena the span id stands.
  @inline(__always)
  private static func append(
    _ id: FieldID, _ text: FixedText, spanAt place: Int, to head: inout MessageHead
  ) -> UInt32 {
    head.append(id, text.bytes)
    return head.fields[head.fields.count &- 1].value.offset &+ UInt32(truncatingIfNeeded: place)
  }
}
