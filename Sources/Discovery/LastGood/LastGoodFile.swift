internal import JSON
public import Mesh
public import Primitives
internal import Telemetry

/// What sources have found, kept in a file, so that a process starts and serves while they are down (a
/// PersistentVolume's job in Kubernetes). Control thread only.
///
/// The file is replaced as a whole: a process that ends while it writes leaves the former one.
public final class LastGoodFile {
  public struct Failure: Error, Equatable {
    public let reason: String
  }

  /// What kept it from being written the last time; only the first of several that are alike is told.
  public private(set) var failure: Failure?
  private static let limit = 256 << 20

  public init() {}

  /// Reads the file into the table, for what nobody has said anything newer of.
  /// - Parameter wall: the present time, nanoseconds since 1970.
  /// - Returns: how old it is; nil where there is no file.
  public func read(
    _ path: String, into table: DiscoveredTable, now: MonotonicTime, wall: Int64
  ) throws(Failure) -> Interval? {
    guard let bytes = try StoredFile.read(path, limit: Self.limit) else { return nil }
    let document: JSONNode
    do throws(JSONFault) { document = try JSONParser.parse(bytes.span, limit: Self.limit) } catch {
      throw Failure(reason: "it is no JSON: \(error.kind.reason), byte \(error.offset)")
    }
    guard document["format"]?.string == LastGoodText.format, let saved = document["savedAt"]?.integer else {
      throw Failure(reason: "it was not written by a proxy of this kind")
    }
    let age = Interval.milliseconds(max(0, wall / 1_000_000 - saved))
    for entry in document["services"]?.array ?? [] {
      guard let found = LastGoodText.read(entry) else {
        throw Failure(reason: "an entry of it cannot be read")
      }
      table.recall(
        found.endpoints, for: found.reference, changed: now - age - found.age, savedAt: now - age)
    }
    return age
  }

  /// Writes the table. Returns what keeps it from being written, if that is news.
  public func write(_ table: DiscoveredTable, to path: String, now: MonotonicTime, wall: Int64) -> Failure? {
    let text = LastGoodText.document(table, now: now, wall: wall)
    let before = failure
    failure = StoredFile.replace(path, text)
    return failure == before ? nil : failure
  }
}
