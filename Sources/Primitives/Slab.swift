/// Objects in numbered slots that are used again. Not thread-safe.
///
/// A `Token` names slot and generation; removing an object raises its slot's generation, so events and timers
/// that still name the old one find nothing.
public struct Slab<Element: AnyObject> {
  @usableFromInline internal var elements: [Element?] = []
  @usableFromInline internal var generations: [UInt32] = []
  @usableFromInline internal var free: [Int32] = []
  @usableFromInline internal let kind: UInt8
  private let firstGeneration: UInt32
  /// Objects in place.
  public private(set) var count = 0

  /// `kind` is carried in every token, so that one number space can tell several slabs apart.
  public init(kind: UInt8) { self.init(kind: kind, firstGeneration: 1) }

  /// Slots that begin at a later generation: for tests of what happens when the 24 bits wrap.
  package init(kind: UInt8, firstGeneration: UInt32) {
    self.kind = kind
    self.firstGeneration = firstGeneration
  }

  /// Takes a free slot for `element` and returns its name.
  public mutating func insert(_ element: Element) -> Token {
    count += 1
    if let slot = free.popLast().map(Int.init) {
      elements[slot] = element
      return Token(kind: kind, slot: slot, generation: generations[slot])
    }
    elements.append(element)
    generations.append(firstGeneration)
    return Token(kind: kind, slot: elements.count - 1, generation: firstGeneration)
  }

  /// The object named, unless it was removed since.
  @inlinable
  public subscript(_ token: Token) -> Element? {
    let slot = token.slot
    guard slot < elements.count, generations[slot] == token.generation, token.kind == kind else { return nil }
    return elements[slot]
  }

  /// Frees the slot and returns what was in it; nil where the token is stale.
  @discardableResult
  public mutating func remove(_ token: Token) -> Element? {
    guard let element = self[token] else { return nil }
    let slot = token.slot
    elements[slot] = nil
    // Generation 0 is never given out: Token.none must stay stale when the 24 bits wrap.
    generations[slot] = generations[slot] == 0xFF_FFFF ? 1 : generations[slot] + 1
    free.append(Int32(slot))
    count -= 1
    return element
  }

  /// Every object in place, in no promised order. `body` must not change the slab.
  public func forEach(_ body: (Element) -> Void) {
    for case let element? in elements { body(element) }
  }

  /// The objects in place, copied out, for loops that remove as they go.
  public var all: [Element] { elements.compactMap { $0 } }
}
