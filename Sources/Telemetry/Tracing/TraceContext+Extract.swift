public import HTTP
public import Primitives

extension TraceContext {
  /// The context that a request's fields carry, with a new span for this hop; a new trace where they carry none.
  ///
  /// Of several formats the first valid one counts: W3C, single B3, multi B3, Jaeger; all of them are written again
  /// with its ids. An invalid or repeated field is as if its format were not there (W3C Trace Context, section
  /// 3.2.2). What the caller decided about recording is kept; where it left that open (no field, or B3 without
  /// `sampled`), `sampler` decides, here and once.
  public static func extract(
    from head: borrowing MessageHead, sampler: Sampler, random: inout Random
  ) -> TraceContext {
    let places = TracePlaces(head)
    var context =
      places.formats.isEmpty
      ? fresh(formats: [], decision: .open, sampler: sampler, random: &random)
      : received(head, places, sampler: sampler, random: &random)
    if head.index(of: .tracestate) != nil { context.flags.insert(.hasState) }
    return context
  }

  private static func fresh(
    formats: TraceFormats, decision: ReceivedTrace.Decision, sampler: Sampler, random: inout Random
  ) -> TraceContext {
    let high = random.next()
    let low = random.next()
    let flags = flags(decision, sampler: sampler, random: low)
    return TraceContext(
      traceHigh: high, traceLow: low == 0 ? 1 : low, parent: 0, span: newSpan(random: &random),
      flags: flags.union(.random), formats: formats)
  }

  /// A span id; never 0.
  @inlinable
  public static func newSpan(random: inout Random) -> UInt64 {
    let id = random.next()
    return id == 0 ? 1 : id
  }

  private static func flags(_ decision: ReceivedTrace.Decision, sampler: Sampler, random: UInt64) -> Flags {
    switch decision {
    case .no: []
    case .yes: .sampled
    case .debug: [.sampled, .debug]
    case .open: sampler.isSampled(random) ? .sampled : []
    }
  }

  @inline(never)
  private static func received(
    _ head: borrowing MessageHead, _ places: TracePlaces, sampler: Sampler, random: inout Random
  ) -> TraceContext {
    var decision = ReceivedTrace.Decision.open
    if let trace = places.w3c(head) {
      return following(trace, places.formats, keepsState: true, sampler: sampler, random: &random)
    }
    if let trace = places.singleB3(head) {
      if trace.hasIDs { return following(trace, places.formats, sampler: sampler, random: &random) }
      decision = trace.decision
    }
    // A single field that says anything wins over the many.
    if decision == .open, let trace = places.multiB3(head) {
      if trace.hasIDs { return following(trace, places.formats, sampler: sampler, random: &random) }
      decision = trace.decision
    }
    if decision == .open, let trace = places.jaeger(head) {
      return following(trace, places.formats, sampler: sampler, random: &random)
    }
    return fresh(formats: places.formats, decision: decision, sampler: sampler, random: &random)
  }

  private static func following(
    _ trace: ReceivedTrace, _ formats: TraceFormats, keepsState: Bool = false, sampler: Sampler,
    random: inout Random
  ) -> TraceContext {
    var flags = flags(trace.decision, sampler: sampler, random: trace.traceLow)
    if trace.isRandom { flags.insert(.random) }
    if trace.isShort { flags.insert(.short) }
    if keepsState { flags.insert(.keepsState) }
    return TraceContext(
      traceHigh: trace.traceHigh, traceLow: trace.traceLow, parent: trace.span,
      span: newSpan(random: &random),
      flags: flags, formats: formats)
  }
}
