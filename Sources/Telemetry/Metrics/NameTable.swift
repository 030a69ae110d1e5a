/// Names one behind the other, found by index and read without a `String`.
internal struct NameTable: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int32] = []

  init(_ names: [String]) {
    ends.reserveCapacity(names.count)
    for name in names {
      bytes.append(contentsOf: name.utf8)
      ends.append(Int32(bytes.count))
    }
  }

  /// Hands over a name's bytes; none for an index outside (-1 is "there was none").
  @inline(__always)
  func with<R>(_ index: Int32, _ body: (Span<UInt8>) -> R) -> R {
    let span = bytes.span
    let index = Int(index)
    guard index >= 0, index < ends.count else { return body(span.extracting(0..<0)) }
    return body(span.extracting((index == 0 ? 0 : Int(ends[index &- 1]))..<Int(ends[index])))
  }
}
