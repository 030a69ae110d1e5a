public import Primitives

/// Writes metrics in Prometheus' text format, version 0.0.4. Durations in seconds; every name begins with `apus_`.
public struct PrometheusEncoder {
  public static var contentType: StaticString { "text/plain; version=0.0.4; charset=utf-8" }

  internal typealias Label = (name: StaticString, value: String)

  /// Appends all of `summary`, then `families`.
  public static func append(
    _ summary: MetricsSummary, _ families: [MetricFamily] = [], to buffer: inout ByteBuffer
  ) {
    appendWorker(summary, to: &buffer)
    appendRules(summary, to: &buffer)
    appendServices(summary, to: &buffer)
    appendEndpoints(summary, to: &buffer)
    appendAuthorization(summary, to: &buffer)
    appendPeers(summary, to: &buffer)
    for family in families { append(family, to: &buffer) }
  }

  internal static func append(_ family: MetricFamily, to buffer: inout ByteBuffer) {
    head(family.name, family.kind == .counter ? "counter" : "gauge", family.help, to: &buffer)
    for sample in family.samples {
      start(family.name, sample.labels, to: &buffer)
      append(sample.value, to: &buffer)
      buffer.append(10 as UInt8)
    }
  }

  // MARK: - Lines

  internal static func head(
    _ name: StaticString, _ type: StaticString, _ help: StaticString, to buffer: inout ByteBuffer
  ) {
    buffer.append("# HELP ")
    buffer.append(name)
    buffer.append(32 as UInt8)
    buffer.append(help)
    buffer.append("\n# TYPE ")
    buffer.append(name)
    buffer.append(32 as UInt8)
    buffer.append(type)
    buffer.append(10 as UInt8)
  }

  internal static func line(
    _ name: StaticString, _ labels: [Label], _ value: UInt64, to buffer: inout ByteBuffer
  ) {
    start(name, labels, to: &buffer)
    buffer.append(decimal: value)
    buffer.append(10 as UInt8)
  }

  internal static func line(
    _ name: StaticString, _ labels: [Label], gauge value: Int64, to buffer: inout ByteBuffer
  ) {
    start(name, labels, to: &buffer)
    if value < 0 { buffer.append(45 as UInt8) }
    buffer.append(decimal: value.magnitude)
    buffer.append(10 as UInt8)
  }

  /// A histogram's series: `_bucket` with `le`, `_sum`, `_count`.
  internal static func lines(
    _ name: StaticString, _ labels: [Label], _ histogram: ExposedHistogram, to buffer: inout ByteBuffer
  ) {
    var reached: UInt64 = 0
    for (bucket, count) in histogram.counts.enumerated() {
      reached &+= count
      let bound = bucket < ExposedScale.bounds.count ? ExposedScale.bounds[bucket].text : "+Inf"
      start(name, suffix: "_bucket", labels + [("le", bound.description)], to: &buffer)
      buffer.append(decimal: reached)
      buffer.append(10 as UInt8)
    }
    start(name, suffix: "_sum", labels, to: &buffer)
    append(seconds: histogram.sum, to: &buffer)
    buffer.append(10 as UInt8)
    start(name, suffix: "_count", labels, to: &buffer)
    buffer.append(decimal: reached)
    buffer.append(10 as UInt8)
  }

  private static func start(
    _ name: StaticString, suffix: StaticString = "", _ labels: [Label], to buffer: inout ByteBuffer
  ) {
    buffer.append(name)
    buffer.append(suffix)
    if !labels.isEmpty {
      buffer.append(123 as UInt8)
      var first = true
      for label in labels {
        if !first { buffer.append(44 as UInt8) }
        first = false
        buffer.append(label.name)
        buffer.append("=\"")
        escape(label.value, to: &buffer)
        buffer.append(34 as UInt8)
      }
      buffer.append(125 as UInt8)
    }
    buffer.append(32 as UInt8)
  }

  /// Label values escape backslash, quote and line feed, and nothing else.
  private static func escape(_ value: String, to buffer: inout ByteBuffer) {
    for byte in value.utf8 {
      switch byte {
      case 92: buffer.append("\\\\")
      case 34: buffer.append("\\\"")
      case 10: buffer.append("\\n")
      default: buffer.append(byte)
      }
    }
  }

  /// Nanoseconds as seconds, exactly.
  private static func append(seconds nanoseconds: UInt64, to buffer: inout ByteBuffer) {
    buffer.append(decimal: nanoseconds / 1_000_000_000)
    var rest = nanoseconds % 1_000_000_000
    if rest == 0 { return }
    buffer.append(46 as UInt8)
    var unit: UInt64 = 100_000_000
    while rest > 0 {
      buffer.append(48 + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }

  private static func append(_ value: Double, to buffer: inout ByteBuffer) {
    if value.isNaN {
      buffer.append("NaN")
    } else if value.isInfinite {
      buffer.append(value > 0 ? "+Inf" as StaticString : "-Inf")
    } else if let whole = Int64(exactly: value) {
      buffer.append("\(whole)")
    } else {
      buffer.append("\(value)")
    }
  }
}
