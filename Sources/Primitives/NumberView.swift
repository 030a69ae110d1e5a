/// Which name each number belongs to, at one moment.
public struct NumberView<Name: Hashable & Sendable>: Sendable {
  /// What a number is.
  public struct Entry: Sendable {
    /// Nil where nobody holds it.
    public internal(set) var name: Name?
    /// How many names have had it, so that one that changes hands between two views is noticed.
    public internal(set) var tenure: UInt32
  }

  /// By number.
  public internal(set) var entries = ChunkedArray<Entry>()

  public init() {}

  /// Numbers from 0 on.
  public init(_ names: [Name]) {
    entries = ChunkedArray(names.lazy.map { Entry(name: $0, tenure: 1) })
  }

  public var count: Int { entries.count }
  /// By number. Copies: for readers that want all of them.
  public var names: [Name?] { entries.map { (entry: Entry) in entry.name } }
  public var tenures: [UInt32] { entries.map { (entry: Entry) in entry.tenure } }

  /// Numbers that belong to another name than then, or to one at all. Costs what has changed.
  public func changed(since before: NumberView) -> [Int] {
    entries.changed(since: before.entries) { $0.tenure == $1.tenure }
  }

  /// The same numbers, with names of another kind.
  /// - Parameter former: another view and what it was made into: what both have in common is not made again.
  public func named<Other>(
    like former: (from: NumberView, to: NumberView<Other>)? = nil, _ name: (Name) -> Other
  ) -> NumberView<Other> {
    var view = NumberView<Other>()
    view.entries = entries.map(like: former.map { ($0.from.entries, $0.to.entries) }) { entry in
      NumberView<Other>.Entry(name: entry.name.map(name), tenure: entry.tenure)
    }
    return view
  }
}
