internal import Primitives

/// One question of somebody's: a name, which may stand for several, and what is asked of each. The first full name that
/// has anything is the one that was meant.
public final class DNSLookup {
  let name: String
  let types: [DNSType]
  /// Gone when it was called, or when nobody wants the answer any more.
  private(set) var receive: (([DNSAnswer<[DNSRecord]>]) -> Void)?
  /// Full names that have not been asked for.
  private var names: ArraySlice<String> = []
  private var answers: [DNSAnswer<[DNSRecord]>?]
  /// By type, of the full names before: what is said where none has anything.
  private var misses: [DNSAnswer<[DNSRecord]>?]

  init(_ name: String, _ types: [DNSType], _ receive: @escaping ([DNSAnswer<[DNSRecord]>]) -> Void) {
    self.name = name
    self.types = types
    self.receive = receive
    answers = Array(repeating: nil, count: types.count)
    misses = answers
  }

  /// Nobody wants the answer any more.
  public func cancel() { receive = nil }

  // MARK: The resolver's

  func begin(_ names: [String]) {
    self.names = names[...]
    misses = Array(repeating: nil, count: types.count)
  }

  /// The next full name, each type of which has to be asked for; nil: there is none.
  func nextName() -> String? {
    answers = Array(repeating: nil, count: types.count)
    return names.popFirst()
  }

  enum Step { case waits, goesOn, over }

  func note(_ answer: DNSAnswer<[DNSRecord]>, at index: Int) -> Step {
    answers[index] = answer
    guard answers.allSatisfy({ $0 != nil }) else { return .waits }
    if answers.contains(where: { $0?.value != nil }) {
      finish(answers.compactMap { $0 })
      return .over
    }
    for index in types.indices { misses[index] = Self.worse(misses[index], answers[index]) }
    guard names.isEmpty else { return .goesOn }
    finish(misses.compactMap { $0 })
    return .over
  }

  func finish(_ answers: [DNSAnswer<[DNSRecord]>]) {
    let receive = receive
    self.receive = nil
    receive?(answers)
  }

  /// Only where nobody failed it is sure that there is nothing, and no longer than the shortest one says.
  private static func worse(
    _ a: DNSAnswer<[DNSRecord]>?, _ b: DNSAnswer<[DNSRecord]>?
  ) -> DNSAnswer<[DNSRecord]>? {
    switch (a, b) {
    case (.failed, _): a
    case (_, .failed): b
    case (.nothing(let one), .nothing(let other)):
      .nothing(lifetime: HostAddresses.shorter(one, other))
    default: a ?? b
    }
  }
}
