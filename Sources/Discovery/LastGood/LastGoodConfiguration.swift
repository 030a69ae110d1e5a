public import Primitives

/// The text of a configuration that was fetched and was in effect, kept in a file beside the last good table: for a
/// process that starts while nobody can be asked for it. Control thread only.
public final class LastGoodConfiguration {
  /// Only the first of several that are alike is told.
  private var failure: LastGoodFile.Failure?

  public init() {}

  /// The file's name.
  /// - Parameter table: the path of the last good table.
  public static func path(beside table: String) -> String { table + ".configuration" }

  /// The text and how old it is; nil where there is none.
  /// - Parameter wall: the present time, nanoseconds since 1970.
  public func read(
    beside table: String, limit: Int, wall: Int64
  ) throws(LastGoodFile.Failure) -> (bytes: [UInt8], age: Interval)? {
    let path = Self.path(beside: table)
    guard let bytes = try StoredFile.read(path, limit: limit) else { return nil }
    return (bytes, .milliseconds(max(0, (wall - StoredFile.written(path)) / 1_000_000)))
  }

  /// Writes the text. Returns what keeps it from being written, if that is news.
  public func write(_ bytes: [UInt8], beside table: String) -> LastGoodFile.Failure? {
    let before = failure
    failure = StoredFile.replace(Self.path(beside: table), bytes)
    return failure == before ? nil : failure
  }
}
