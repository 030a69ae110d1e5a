/// An array in pieces: a copy that then changes in one place shares all other pieces with its original, and whoever
/// compares two of them passes over what they share. For tables of which little changes at a time.
public struct ChunkedArray<Element: Sendable>: Sendable {
  /// A piece. Never changes once two arrays have it.
  public final class Chunk: @unchecked Sendable {
    // SAFETY: written only by an array that holds the one reference to it, and not read by others before it is shared.
    public fileprivate(set) var elements: [Element]

    fileprivate init(_ elements: [Element]) { self.elements = elements }
  }

  /// Elements of every piece but the last one, as a power of two.
  public static var chunkBits: Int { 8 }

  public private(set) var chunks: [Chunk] = []
  public private(set) var count = 0

  public init() {}

  public init(_ elements: some Sequence<Element>) {
    for element in elements { append(element) }
  }

  public mutating func append(_ element: Element) {
    if count & (1 << Self.chunkBits - 1) == 0 { chunks.append(Chunk([])) }
    own(chunks.count - 1)
    chunks[chunks.count - 1].elements.append(element)
    count += 1
  }

  public subscript(_ index: Int) -> Element {
    get { chunks[index >> Self.chunkBits].elements[index & (1 << Self.chunkBits - 1)] }
    set {
      own(index >> Self.chunkBits)
      chunks[index >> Self.chunkBits].elements[index & (1 << Self.chunkBits - 1)] = newValue
    }
  }

  private mutating func own(_ chunk: Int) {
    if !isKnownUniquelyReferenced(&chunks[chunk]) { chunks[chunk] = Chunk(chunks[chunk].elements) }
  }

  /// The same places with other elements. Pieces that `former` was made of, too, are those that it was made into.
  public func map<Other>(
    like former: (from: ChunkedArray, to: ChunkedArray<Other>)? = nil, _ transform: (Element) -> Other
  ) -> ChunkedArray<Other> {
    var result = ChunkedArray<Other>()
    result.count = count
    // Most are the former ones: taken over as a whole, the table costs no more than a copy of references.
    if let former, former.to.chunks.count == chunks.count { result.chunks = former.to.chunks }
    for place in chunks.indices {
      if let former, place < former.from.chunks.count, former.from.chunks[place] === chunks[place] {
        if result.chunks.count == place { result.chunks.append(former.to.chunks[place]) }
        continue
      }
      let fresh = ChunkedArray<Other>.Chunk(chunks[place].elements.map(transform))
      if place < result.chunks.count { result.chunks[place] = fresh } else { result.chunks.append(fresh) }
    }
    return result
  }

  /// Places that one of both does not have, or where elements differ as `isSame` sees it.
  public func changed(since before: ChunkedArray, isSame: (Element, Element) -> Bool) -> [Int] {
    var changed: [Int] = []
    for place in chunks.indices where place >= before.chunks.count || before.chunks[place] !== chunks[place] {
      let chunk = chunks[place]
      let old = place < before.chunks.count ? before.chunks[place] : nil
      for (offset, element) in chunk.elements.enumerated()
      where old.map({ offset >= $0.elements.count || !isSame($0.elements[offset], element) }) ?? true {
        changed.append(place << Self.chunkBits + offset)
      }
    }
    return changed
  }
}

extension ChunkedArray: Sequence {
  public func makeIterator() -> some IteratorProtocol<Element> {
    chunks.lazy.flatMap(\.elements).makeIterator()
  }
}
