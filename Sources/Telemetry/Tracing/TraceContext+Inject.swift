public import HTTP
internal import Primitives

extension TraceContext {
  /// Writes the context into a request's fields, for an attempt whose span id is `attempt`: in the formats that
  /// came in and in `configured`. What came in is replaced; `tracestate` goes on bounded and as one field, or not
  /// at all where its `traceparent` did not count. Baggage is not touched.
  public func inject(
    into head: inout MessageHead, attempt: UInt64, configured: TraceFormats
  ) -> InjectedTrace {
    if flags.contains(.hasState) {
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
    let last = UInt64(48 &+ flags.rawValue & 3)
    // One that has the same length is overwritten where it stands, which is cheaper and keeps its place.
    if flags.contains(.keepsState), let index = head.index(of: .traceparent),
      head.fields[index].value.count == 55
    {
      let place = Int(head.fields[index].value.offset)
      head.arena.replace(at: place, hex16: 0)
      head.arena.replace(at: place &+ 3, hex16: traceHigh)
      head.arena.replace(at: place &+ 19, hex16: traceLow)
      head.arena.replace(at: place &+ 36, hex16: attempt)
      head.arena[place &+ 2] = 45
      head.arena[place &+ 53] = 48
      head.arena[place &+ 54] = UInt8(truncatingIfNeeded: last)
      return UInt32(truncatingIfNeeded: place &+ 36)
    }
    head.remove(.traceparent)
    head.append(.traceparent) { value in
      let (a, b) = HexDigits.digits16(traceHigh)
      let (c, d) = HexDigits.digits16(traceLow)
      let (e, f) = HexDigits.digits16(attempt)
      // Behind `00-` everything is three bytes later, behind the second dash four.
      value.append(
        words: [
          0x2D_3030 | a &<< 24, a &>> 40 | b &<< 24, b &>> 40 | c &<< 24, c &>> 40 | d &<< 24,
          d &>> 40 | 0x2D &<< 24 | e &<< 32, e &>> 32 | f &<< 32, f &>> 32 | 0x302D &<< 32 | last &<< 48,
        ], count: 55)
    }
    return Self.place(in: head, 36)
  }

  private func writeB3(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    head.remove(.b3)
    head.append(.b3) { value in
      appendTrace(to: &value)
      value.append(45 as UInt8)
      value.append(hex16: attempt)
      value.append(45 as UInt8)
      value.append(flags.contains(.debug) ? 100 : flags.contains(.sampled) ? 49 : 48 as UInt8)
      value.append(45 as UInt8)
      value.append(hex16: span)
    }
    return Self.place(in: head, traceDigits + 1)
  }

  private func writeMultiB3(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    head.remove(.xB3TraceID)
    head.remove(.xB3SpanID)
    head.remove(.xB3ParentSpanID)
    head.remove(.xB3Sampled)
    head.remove(.xB3Flags)
    head.append(.xB3TraceID) { appendTrace(to: &$0) }
    head.append(.xB3SpanID) { $0.append(hex16: attempt) }
    let place = Self.place(in: head, 0)
    head.append(.xB3ParentSpanID) { $0.append(hex16: span) }
    // Debug stands for an accept decision: X-B3-Sampled is not sent beside it.
    if flags.contains(.debug) {
      head.append(.xB3Flags, "1")
    } else {
      head.append(.xB3Sampled, flags.contains(.sampled) ? "1" as StaticString : "0")
    }
    return place
  }

  private func writeJaeger(into head: inout MessageHead, _ attempt: UInt64) -> UInt32 {
    head.remove(.uberTraceID)
    head.append(.uberTraceID) { value in
      appendTrace(to: &value)
      value.append(58 as UInt8)
      value.append(hex16: attempt)
      value.append(58 as UInt8)
      value.append(hex16: span)
      value.append(58 as UInt8)
      value.append(flags.contains(.debug) ? 51 : flags.contains(.sampled) ? 49 : 48 as UInt8)
    }
    return Self.place(in: head, traceDigits + 1)
  }

  /// 16 where the id came with no more, else 32.
  private var traceDigits: Int { flags.contains(.short) && traceHigh == 0 ? 16 : 32 }

  private func appendTrace(to value: inout ByteBuffer) {
    if traceDigits == 32 { value.append(hex16: traceHigh) }
    value.append(hex16: traceLow)
  }

  /// Where in the arena a byte of the last field's value stands.
  @inline(__always)
  private static func place(in head: borrowing MessageHead, _ index: Int) -> UInt32 {
    head.fields[head.fields.count &- 1].value.offset &+ UInt32(truncatingIfNeeded: index)
  }
}
