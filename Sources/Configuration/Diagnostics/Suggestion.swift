/// "Did you mean": the candidate nearest to a mistyped word.
package enum Suggestion {
  /// The nearest candidate, where it is near enough to be meant: a third of the word may differ, case apart. Else
  /// one that contains the word.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = Array(word.lowercased().utf8.prefix(64))
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let distance = distance(typed, Array(candidate.lowercased().utf8.prefix(64)))
      if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    if let best, best.distance <= max(1, typed.count / 3), best.distance < best.candidate.utf8.count {
      return best.candidate
    }
    return typed.count < 3 ? nil : candidates.first { contains(Array($0.lowercased().utf8), typed) }
  }

  /// `warn` is meant to be `warning`, `Prefix` to be `PathPrefix`.
  private static func contains(_ word: [UInt8], _ part: [UInt8]) -> Bool {
    part.count <= word.count && (0...(word.count - part.count)).contains { word[$0...].starts(with: part) }
  }

  /// More are no help to somebody who looks for one.
  static let shownAtMost = 16

  /// ` (did you mean `x`? valid: a, b)`, with what there is to say; empty where there is nothing.
  static func hint(for word: String, among candidates: [String]) -> String {
    hint(for: word, among: candidates, shown: candidates.count <= shownAtMost ? candidates : [])
  }

  /// - Parameter shown: what is listed as valid.
  static func hint(for word: String, among candidates: [String], shown: [String]) -> String {
    var parts: [String] = []
    if let near = nearest(to: word, among: candidates) { parts.append("did you mean `\(near)`?") }
    if !shown.isEmpty { parts.append("valid: " + shown.joined(separator: ", ")) }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: " ")))"
  }

  /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      before = above
      above = row
    }
    return above[b.count]
  }
}
