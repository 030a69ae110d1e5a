public import Primitives

/// The text of a configuration that was fetched and was in effect, kept in a file beside the last good table: for a
/// process that starts while nobody can be asked for it. Control thread only.
///
/// Its first line, a comment, says where the text came from.
public final class LastGoodConfiguration {
  /// What kept it from being written the last time; only the first of several that are alike is told.
  public private(set) var failure: LastGoodFile.Failure?

  public init() {}

  /// The file's name.
  /// - Parameter table: the path of the last good table.
  public static func path(beside table: String) -> String { table + ".configuration" }

  /// The text and how old it is; nil where there is none.
  /// - Parameters:
  ///   - place: where it has to have come from.
  ///   - wall: the present time, nanoseconds since 1970.
  public func read(
    of place: String, beside table: String, limit: Int, wall: Int64
  ) throws(LastGoodFile.Failure) -> (bytes: [UInt8], age: Interval)? {
    let path = Self.path(beside: table)
    guard let bytes = try StoredFile.read(path, limit: limit + 4096) else { return nil }
    let heading = Self.heading(place)
    guard bytes.starts(with: heading) else {
      throw LastGoodFile.Failure(reason: "what \(path) holds is from another place than \(place)")
    }
    let age = Interval.milliseconds(max(0, (wall - StoredFile.written(path)) / 1_000_000))
    return (Array(bytes.dropFirst(heading.count)), age)
  }

  /// Writes the text. Returns what keeps it from being written, if that is news.
  public func write(_ bytes: [UInt8], of place: String, beside table: String) -> LastGoodFile.Failure? {
    let before = failure
    failure = StoredFile.replace(Self.path(beside: table), Self.heading(place) + bytes)
    return failure == before ? nil : failure
  }

  /// Line ends of a key's name are none of the file's.
  private static func heading(_ place: String) -> [UInt8] {
    Array("# \(place)".utf8.map { $0 == 10 || $0 == 13 ? 32 : $0 }) + [10]
  }
}
