internal import HTTP

/// Where in a head the fields of each format stand. Costs a bit test a name where a request carries none of them.
internal struct TracePlaces {
  /// A field's index; -1 not there, -2 there more than once.
  private let traceparent: Int
  private let b3: Int
  private let traceID: Int
  private let spanID: Int
  private let parentSpanID: Int
  private let sampled: Int
  private let flags: Int
  private let uber: Int

  @inline(__always)
  init(_ head: borrowing MessageHead) {
    traceparent = Self.place(.traceparent, head)
    b3 = Self.place(.b3, head)
    traceID = Self.place(.xB3TraceID, head)
    spanID = Self.place(.xB3SpanID, head)
    parentSpanID = Self.place(.xB3ParentSpanID, head)
    sampled = Self.place(.xB3Sampled, head)
    flags = Self.place(.xB3Flags, head)
    uber = Self.place(.uberTraceID, head)
  }

  @inline(__always)
  private static func place(_ id: FieldID, _ head: borrowing MessageHead) -> Int {
    guard let first = head.index(of: id) else { return -1 }
    return head.nextIndex(of: id, from: first &+ 1) == nil ? first : -2
  }

  private var hasMultiB3: Bool { traceID & spanID & parentSpanID & sampled & flags != -1 }

  var formats: TraceFormats {
    var formats: TraceFormats = []
    if traceparent != -1 { formats.insert(.w3c) }
    if b3 != -1 { formats.insert(.b3) }
    if hasMultiB3 { formats.insert(.b3multi) }
    if uber != -1 { formats.insert(.jaeger) }
    return formats
  }

  func w3c(_ head: borrowing MessageHead) -> ReceivedTrace? {
    if traceparent < 0 { return nil }
    return head.withBytes(of: head.fields[traceparent].value) { ReceivedTrace(traceparent: $0) }
  }

  func singleB3(_ head: borrowing MessageHead) -> ReceivedTrace? {
    if b3 < 0 { return nil }
    return head.withBytes(of: head.fields[b3].value) { ReceivedTrace(b3: $0) }
  }

  func multiB3(_ head: borrowing MessageHead) -> ReceivedTrace? {
    if !hasMultiB3 { return nil }
    var trace = ReceivedTrace()
    if sampled >= 0 {
      trace.decision = head.withBytes(of: head.fields[sampled].value) {
        ReceivedTrace.decision(b3Sampled: $0)
      }
    }
    // `X-B3-Flags: 1` is debug and implies an accept decision.
    if flags >= 0, head.withBytes(of: head.fields[flags].value, { $0.count == 1 && $0[0] == 49 }) {
      trace.decision = .debug
    }
    guard traceID >= 0, spanID >= 0 else { return trace }
    let isWhole =
      head.withBytes(of: head.fields[traceID].value) { trace.setTrace(b3: $0) }
      && head.withBytes(of: head.fields[spanID].value) { $0.count == 16 && trace.setSpan($0, 0) }
    if !isWhole { trace.span = 0 }
    return trace
  }

  func jaeger(_ head: borrowing MessageHead) -> ReceivedTrace? {
    if uber < 0 { return nil }
    return head.withBytes(of: head.fields[uber].value) { ReceivedTrace(jaeger: $0) }
  }
}
