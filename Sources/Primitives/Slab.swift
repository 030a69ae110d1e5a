/// Objects in numbered slots that are used again, kept alive while they are in theirs. Not thread-safe.
///
/// A `Token` names slot and generation; removing an object raises its slot's generation, so events and timers
/// that still name the old one find nothing.
@safe
public struct Slab<Element: AnyObject>: ~Copyable {
  // SAFETY: retained by `insert`, released once by `remove` or at the end.
  @usableFromInline internal var elements: [Unmanaged<Element>?]
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
    unsafe elements = []
    self.kind = kind
    self.firstGeneration = firstGeneration
  }

  deinit {
    unsafe elements.forEach { unsafe $0?.release() }
  }

  /// Takes a free slot for `element` and returns its name.
  public mutating func insert(_ element: Element) -> Token {
    count += 1
    let kept = unsafe Unmanaged.passRetained(element)
    if let slot = free.popLast().map(Int.init) {
      unsafe elements[slot] = kept
      return Token(kind: kind, slot: slot, generation: generations[slot])
    }
    unsafe elements.append(kept)
    generations.append(firstGeneration)
    return Token(kind: kind, slot: generations.count - 1, generation: firstGeneration)
  }

  /// The same for an element that is made known elsewhere by its name: where `register` throws, it is taken out again.
  public mutating func insert<Failure: Error>(
    _ element: Element, _ register: (Token) throws(Failure) -> Void
  ) throws(Failure) -> Token {
    let token = insert(element)
    do throws(Failure) {
      try register(token)
    } catch {
      remove(token)
      throw error
    }
    return token
  }

  /// The object named, unless it was removed since.
  public subscript(_ token: Token) -> Element? {
    guard let slot = slot(of: token) else { return nil }
    return unsafe elements[slot]?.takeUnretainedValue()
  }

  /// Frees the slot and returns what was in it; nil where the token is stale.
  @discardableResult
  public mutating func remove(_ token: Token) -> Element? {
    guard let slot = slot(of: token) else { return nil }
    let element = unsafe elements[slot]?.takeRetainedValue()
    unsafe elements[slot] = nil
    // Generation 0 is never given out: Token.none must stay stale when the 24 bits wrap.
    generations[slot] = generations[slot] == 0xFF_FFFF ? 1 : generations[slot] + 1
    free.append(Int32(slot))
    count -= 1
    return element
  }

  @inlinable @inline(__always)
  internal func slot(of token: Token) -> Int? {
    let slot = token.slot
    guard slot < generations.count, generations[slot] == token.generation, token.kind == kind else {
      return nil
    }
    return slot
  }

  /// Every object in place, in no promised order. `body` must not change the slab.
  public func forEach(_ body: (Element) -> Void) {
    for element in all { body(element) }
  }

  /// The objects in place, copied out, for loops that remove as they go.
  public var all: [Element] { unsafe elements.compactMap { unsafe $0?.takeUnretainedValue() } }
}

extension Slab where Element: TurnLived {
  /// The object named, not counted; none where it was removed since.
  @inlinable @inline(__always)
  public func lent(_ token: Token) -> Lent<Element> {
    guard let slot = slot(of: token) else { return Lent() }
    return unsafe elements[slot].map { unsafe Lent($0) } ?? Lent()
  }
}
