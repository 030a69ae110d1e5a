/// What came of loading the configuration anew.
enum ReloadPage {
  static func value(_ state: ReloadState, version: UInt64) -> JSONValue {
    [
      "adopted": .bool(state.faults.isEmpty && state.awaited.isEmpty),
      "snapshot": JSONValue(version),
      "faults": JSONValue(state.faults.map { .string($0) }),
      "waitsFor": JSONValue(state.awaited.map { .string($0) }),
      "afterRestart": JSONValue(state.faults.isEmpty ? state.postponed.map { .string($0) } : []),
    ]
  }

  /// For `/ready`: the first few say enough.
  static func problems(_ state: ReloadState?) -> [String] {
    guard let state else { return [] }
    return state.faults.prefix(3).map { "the new configuration is not in effect: \($0)" }
      + waiting(state.awaited)
      + state.postponed.map { "\($0) takes effect when the process is started again" }
  }

  private static func waiting(_ services: [String]) -> [String] {
    if services.isEmpty { return [] }
    let more = services.count > 3 ? " and \(services.count - 3) more" : ""
    return [
      "the new configuration waits for the endpoints of \(services.prefix(3).joined(separator: ", "))\(more)"
    ]
  }
}
