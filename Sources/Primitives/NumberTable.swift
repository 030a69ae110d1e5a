internal import Synchronization

/// Small dense numbers for names. A name has the same number as long as anybody holds it; only then is the number
/// another's. So rows that are counted for a name, wherever they are kept, go on from one configuration to the next.
public final class NumberTable<Name: Hashable & Sendable>: Sendable {
  private struct State {
    var view = NumberView<Name>()
    var holders: [Name: Holder] = [:]
    var free: [Int] = []
  }

  private struct Holder {
    weak var number: StableNumber?
    let value: Int
  }

  private let state = Mutex(State())

  public init() {}

  /// The number of that name: the one that somebody holds, or else the one given back last, or a new one.
  public func number(of name: Name) -> StableNumber {
    state.withLock { state in
      if let held = state.holders[name]?.number { return held }
      let value = state.free.popLast() ?? state.view.count
      if value == state.view.count { state.view.entries.append(.init(name: nil, tenure: 0)) }
      let tenure = state.view.entries[value].tenure
      state.view.entries[value] = .init(name: name, tenure: tenure &+ 1)
      let number = StableNumber(value) { [weak self] in self?.giveBack(value, of: name) }
      state.holders[name] = Holder(number: number, value: value)
      return number
    }
  }

  public var view: NumberView<Name> { state.withLock { $0.view } }

  private func giveBack(_ value: Int, of name: Name) {
    state.withLock { state in
      state.view.entries[value].name = nil
      state.free.append(value)
      // The name may have got another number meanwhile.
      if state.holders[name]?.value == value { state.holders[name] = nil }
    }
  }
}
