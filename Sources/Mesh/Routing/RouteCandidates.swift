/// The candidates of one hostname and path, best first: the first, which mostly is the only one, and where the
/// others are. They are the first fields of a `ByteTable`'s record.
struct RouteCandidates {
  static let fields = 4

  /// Its rule is -1 where there are no candidates.
  var first: RouteCandidate
  var others: Range<Int>

  init(first: RouteCandidate, others: Range<Int>) {
    self.first = first
    self.others = others
  }

  @inline(__always)
  init(_ table: borrowing ByteTable, _ position: Int) {
    first = RouteCandidate(rule: table[position, 0], criteria: table[position, 1])
    let start = Int(table[position, 2])
    others = start..<max(start, Int(table[position, 3]))
  }

  func write(to table: inout ByteTable, _ position: Int) {
    table[position, 0] = first.rule
    table[position, 1] = first.criteria
    table[position, 2] = Int32(others.lowerBound)
    table[position, 3] = Int32(others.upperBound)
  }
}
