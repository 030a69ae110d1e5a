public import Primitives

/// Bounds on what a peer may send. Bytes include line ends. The defaults suit an open network.
public struct HTTPLimits: Equatable, Sendable {
  /// Bytes of a request line or status line. More: 414.
  @Short public var startLine = 8 * 1024
  /// Bytes of all header fields of one head and of the empty line behind them. More: 431. At most 1 GiB.
  @Short public var headerBytes = 64 * 1024
  /// Header fields of one head. More: 431.
  @Short public var headerCount = 128
  /// Bytes of a chunk's size line, its extensions included.
  @Short public var chunkLine = 256
  /// Bytes of chunk extensions in one body, which bounds the cost of a body of tiny chunks with long ones.
  @Short public var chunkExtensions = 16 * 1024
  /// Bytes of the trailer fields and of the empty line behind them.
  @Short public var trailerBytes = 8 * 1024
  /// Trailer fields.
  @Short public var trailerCount = 32
  /// Informational (1xx) responses before one final response.
  @Short public var informational = 8
  public var underscores = UnderscorePolicy.dropAliases
  /// Lets `"`, `^`, `` ` ``, `{`, `|` and `}` pass in targets, which browsers send in queries although RFC 3986
  /// forbids them.
  public var allowsUnsafeTargetBytes = false

  public init() {}
}
