/// The trace that a request belongs to, this hop's place in it, and whether it is recorded. A value of 33 bytes.
///
/// Made by `extract` from a request's fields (or anew where there are none), written by `inject` for each attempt.
public struct TraceContext: Equatable, Sendable {
  /// The trace id's halves, never both 0.
  public var traceHigh: UInt64
  public var traceLow: UInt64
  /// The span that called us; 0 where the trace begins here.
  public var parent: UInt64
  /// This hop's own span, new for every request; the parent of each attempt's span.
  public var span: UInt64
  public var flags: Flags
  /// The formats that came in, whether or not what they said was valid: they go out again.
  public var formats: TraceFormats

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// W3C's flag 01: recorded.
    public static var sampled: Self { @inlinable get { Self(rawValue: 1) } }
    /// W3C's flag 02: the trace id's right half is random.
    public static var random: Self { @inlinable get { Self(rawValue: 2) } }
    /// B3's and Jaeger's debug: recorded whatever the sampling rate.
    public static var debug: Self { @inlinable get { Self(rawValue: 4) } }
    /// The trace id came with 64 bits, and goes out so in the formats that allow it.
    public static var short: Self { @inlinable get { Self(rawValue: 8) } }
    /// `tracestate` came in.
    public static var hasState: Self { @inlinable get { Self(rawValue: 32) } }
    /// `traceparent` was valid and counted: its `tracestate` goes on.
    public static var keepsState: Self { @inlinable get { Self(rawValue: 16) } }
  }

  public init(
    traceHigh: UInt64, traceLow: UInt64, parent: UInt64, span: UInt64, flags: Flags,
    formats: TraceFormats = []
  ) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.parent = parent
    self.span = span
    self.flags = flags
    self.formats = formats
  }

  @inlinable public var isSampled: Bool { flags.contains(.sampled) }
}
