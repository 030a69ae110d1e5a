internal import Primitives

/// The endpoint's side of an attempt, lent: `$upstream { … }` (see `Lent`). The closure is compiled for each version, so
/// that what it asks of the stream are plain calls.
@propertyWrapper
struct LentUpstream {
  private var http1 = Lent<HTTP1Upstream>()
  private var http2 = Lent<HTTP2UpstreamStream>()

  init() {}
  init(_ connection: HTTP1Upstream) { http1 = Lent(connection) }
  init(_ stream: HTTP2UpstreamStream) { http2 = Lent(stream) }
  init(wrappedValue: (any UpstreamStream)?) { self = wrappedValue?.lent ?? Self() }

  /// For where the cost of counting does not matter.
  var wrappedValue: (any UpstreamStream)? {
    get { self { $0 } }
    set { self = Self(wrappedValue: newValue) }
  }

  var projectedValue: Self {
    get { self }
    set { self = newValue }
  }

  var isNil: Bool { http1.isNil && http2.isNil }

  /// Nil where there is none.
  @discardableResult @inline(__always)
  func callAsFunction<Result>(_ body: (any UpstreamStream) -> Result) -> Result? {
    if !http1.isNil { return http1 { body($0) } }
    return http2 { body($0) }
  }
}
