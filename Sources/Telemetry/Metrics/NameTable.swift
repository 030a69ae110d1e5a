internal import Primitives

/// Names found by index and read without a `String`. In pieces, of which a table made after another one shares those
/// that have not changed.
internal struct NameTable: Sendable {
  /// Names one behind the other.
  private final class Piece: Sendable {
    static let none = Piece([])
    let bytes: [UInt8]
    let ends: [Int32]

    init(_ names: [String]) {
      var bytes: [UInt8] = []
      var ends: [Int32] = []
      ends.reserveCapacity(names.count)
      for name in names {
        bytes.append(contentsOf: name.utf8)
        ends.append(Int32(bytes.count))
      }
      self.bytes = bytes
      self.ends = ends
    }
  }

  private let pieces: [Piece]
  private static var bits: Int { ChunkedArray<UInt8>.chunkBits }

  /// - Parameters:
  ///   - text: of a name; a number without one has none.
  ///   - former: the table of an earlier view.
  init<Name>(
    _ view: NumberView<Name>, like former: (view: NumberView<Name>, table: NameTable)? = nil,
    _ text: (Name) -> String
  ) {
    let chunks = view.entries.chunks
    var pieces: [Piece] = []
    if let former, former.table.pieces.count == chunks.count { pieces = former.table.pieces }
    for place in chunks.indices {
      if let former, place < former.table.pieces.count, former.view.entries.chunks[place] === chunks[place] {
        if pieces.count == place { pieces.append(former.table.pieces[place]) }
        continue
      }
      let fresh = Piece(chunks[place].elements.map { $0.name.map(text) ?? "" })
      if place < pieces.count { pieces[place] = fresh } else { pieces.append(fresh) }
    }
    self.pieces = pieces
  }

  /// Hands over a name's bytes; none for an index outside (-1 is "there was none").
  @inline(__always)
  func with<R>(_ index: Int32, _ body: (Span<UInt8>) -> R) -> R {
    let index = Int(index)
    let isThere = index >= 0 && index >> Self.bits < pieces.count
    let piece = isThere ? pieces[index >> Self.bits] : Piece.none
    let bytes = piece.bytes
    let span = bytes.span
    let place = index & (1 << Self.bits - 1)
    guard place < piece.ends.count else { return body(span.extracting(0..<0)) }
    return body(span.extracting((place == 0 ? 0 : Int(piece.ends[place &- 1]))..<Int(piece.ends[place])))
  }
}
