/// Which name each number belongs to, at one moment.
public struct NumberView<Name: Hashable & Sendable>: Sendable {
  /// By number; nil where nobody holds it.
  public internal(set) var names: [Name?] = []
  /// By number: how many names have had it, so that one that changes hands between two views is noticed.
  public internal(set) var tenures: [UInt32] = []

  public init() {}

  /// Numbers from 0 on.
  public init(_ names: [Name]) {
    self.names = names
    tenures = names.map { _ in 1 }
  }

  /// Numbers that belong to another name than then, or to one at all.
  public func changed(since before: NumberView) -> [Int] {
    tenures.indices.filter { $0 >= before.tenures.count || tenures[$0] != before.tenures[$0] }
  }

  /// The same numbers, with names of another kind.
  public func named<Other>(_ name: (Name) -> Other) -> NumberView<Other> {
    var view = NumberView<Other>()
    view.names = names.map { $0.map(name) }
    view.tenures = tenures
    return view
  }
}
