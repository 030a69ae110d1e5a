internal import HTTP

/// Where in a head the fields of each format stand: one pass over the fields.
internal struct TracePlaces {
  /// A field's index; -1 not there, -2 there more than once.
  private var traceparent = -1
  private var b3 = -1
  private var traceID = -1
  private var spanID = -1
  private var sampled = -1
  private var flags = -1
  private var uber = -1
  private(set) var formats: TraceFormats = []

  init(_ head: borrowing MessageHead) {
    var index = 0
    let count = head.fields.count
    while index < count {
      let field = head.fields[index]
      if !field.isRemoved { note(field.id, index) }
      index &+= 1
    }
  }

  @inline(__always)
  private mutating func note(_ id: FieldID, _ index: Int) {
    switch id {
    case .traceparent: Self.set(&traceparent, index, &formats, .w3c)
    case .b3: Self.set(&b3, index, &formats, .b3)
    case .xB3TraceID: Self.set(&traceID, index, &formats, .b3multi)
    case .xB3SpanID: Self.set(&spanID, index, &formats, .b3multi)
    case .xB3Sampled: Self.set(&sampled, index, &formats, .b3multi)
    case .xB3Flags: Self.set(&flags, index, &formats, .b3multi)
    case .uberTraceID: Self.set(&uber, index, &formats, .jaeger)
    default: break
    }
  }

  private static func set(
    _ place: inout Int, _ index: Int, _ formats: inout TraceFormats, _ format: TraceFormats
  ) {
    place = place == -1 ? index : -2
    formats.insert(format)
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
    if !formats.contains(.b3multi) { return nil }
    var trace = ReceivedTrace()
    if sampled >= 0 {
      trace.decision = head.withBytes(of: head.fields[sampled].value) { ReceivedTrace.decision(b3Sampled: $0) }
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
