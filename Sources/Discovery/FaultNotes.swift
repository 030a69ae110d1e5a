/// What is at fault, where several things may be: the log has a line for each, once until all is well again, and few of very
/// many; people who ask are told all of it, or how many more there are.
struct FaultNotes {
  private var told: Set<String> = []
  private static let mostTold = 10
  private static let mostShown = 3

  /// Whether that is worth a line.
  /// - Parameter subject: what is at fault.
  mutating func isNews(_ subject: String) -> Bool {
    told.count < Self.mostTold && told.insert(subject).inserted
  }

  /// All is well.
  mutating func clear() { told = [] }

  /// In one line; nil where there are none.
  static func text(_ faults: [String]) -> String? {
    var met: Set<String> = []
    let all = faults.filter { met.insert($0).inserted }.sorted()
    if all.isEmpty { return nil }
    let more = all.count - mostShown
    return all.prefix(mostShown).joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }
}
