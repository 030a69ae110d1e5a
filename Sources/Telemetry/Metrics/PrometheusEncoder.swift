public import Primitives

/// Writes metrics in Prometheus' text format, version 0.0.4. Durations in seconds; every name begins with `apus_`.
public struct PrometheusEncoder {
  public static var contentType: StaticString { "text/plain; version=0.0.4; charset=utf-8" }

  /// Upper bounds of the exposed buckets in nanoseconds, all of them the internal scale's own.
  package static let bounds: [(nanoseconds: Int64, text: StaticString)] = [
    (500_000, "0.0005"), (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"),
    (10_000_000, "0.01"), (25_000_000, "0.025"), (50_000_000, "0.05"), (100_000_000, "0.1"),
    (250_000_000, "0.25"), (500_000_000, "0.5"), (1_000_000_000, "1"), (2_500_000_000, "2.5"),
    (5_000_000_000, "5"), (10_000_000_000, "10"),
  ]

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
    _ name: StaticString, _ labels: [Label], _ histogram: Histogram, to buffer: inout ByteBuffer
  ) {
    var reached: UInt64 = 0
    var bucket = 0
    for bound in bounds {
      while HistogramScale.upperBound(bucket) <= bound.nanoseconds {
        reached &+= histogram.counts[bucket]
        bucket += 1
      }
      start(name, suffix: "_bucket", labels + [("le", bound.text.description)], to: &buffer)
      buffer.append(decimal: reached)
      buffer.append(10 as UInt8)
    }
    let count = histogram.count
    start(name, suffix: "_bucket", labels + [("le", "+Inf")], to: &buffer)
    buffer.append(decimal: count)
    buffer.append(10 as UInt8)
    start(name, suffix: "_sum", labels, to: &buffer)
    append(seconds: histogram.sum, to: &buffer)
    buffer.append(10 as UInt8)
    start(name, suffix: "_count", labels, to: &buffer)
    buffer.append(decimal: count)
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
