import HTTP
import Primitives
import Telemetry

/// Extracts with a seeded generator.
func extract(_ fields: [(String, String)], rate: Double = 0, seed: UInt64 = 1) -> TraceContext {
  var random = Random(seed: seed)
  let head = head(fields)
  return TraceContext.extract(from: head, sampler: Sampler(rate: rate), random: &random)
}

/// What goes out in the fields of a kind after extract and inject, with the attempt's span id 0xabc.
func forwarded(
  _ fields: [(String, String)], _ id: FieldID, configured: TraceFormats = [], rate: Double = 0
) -> [String] {
  var random = Random(seed: 1)
  var head = head(fields)
  let context = TraceContext.extract(from: head, sampler: Sampler(rate: rate), random: &random)
  _ = context.inject(into: &head, attempt: 0xabc, configured: configured)
  return values(id, of: head)
}

let traceID = "12345678901234567890123456789012"
let spanID = "1234567890123456"
let valid = ("traceparent", "00-12345678901234567890123456789012-1234567890123456-00")

extension TraceContext {
  /// Whether it goes on with `traceID`, called from `spanID`.
  var follows: Bool {
    traceHigh == 0x1234_5678_9012_3456 && traceLow == 0x7890_1234_5678_9012 && parent == 0x1234_5678_9012_3456
  }
  var startsAnew: Bool { parent == 0 && !follows && (traceHigh | traceLow) != 0 && flags.contains(.random) }
}
