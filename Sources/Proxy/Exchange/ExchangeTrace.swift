internal import HTTP
internal import Primitives
internal import Telemetry

/// An exchange's place in its trace, and the span ids that went out with its attempts.
struct ExchangeTrace {
  private(set) var context: TraceContext?
  /// The present attempt's span: what the endpoint sees as its parent.
  private(set) var attemptSpan: UInt64 = 0
  private var injected: InjectedTrace?
  private var isFirst = true

  var isSampled: Bool { context?.isSampled ?? false }

  /// Reads what came and writes what goes out, with the first attempt's span.
  mutating func begin(
    _ head: inout MessageHead, configured: TraceFormats, sampler: Sampler, random: inout Random
  ) {
    let found = TraceContext.extract(from: head, sampler: sampler, random: &random)
    attemptSpan = TraceContext.newSpan(random: &random)
    injected = found.inject(into: &head, attempt: attemptSpan, configured: configured)
    context = found
    isFirst = true
  }

  /// Reads what came. Nothing goes out.
  mutating func note(_ head: borrowing MessageHead, sampler: Sampler, random: inout Random) {
    context = TraceContext.extract(from: head, sampler: sampler, random: &random)
  }

  /// A further attempt has a span of its own: it overwrites the last one's where that stands.
  mutating func nameAttempt(in head: inout MessageHead, random: inout Random) {
    if isFirst {
      isFirst = false
      return
    }
    attemptSpan = TraceContext.newSpan(random: &random)
    injected?.replace(span: attemptSpan, in: &head)
  }
}
