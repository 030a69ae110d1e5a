extension Span<UInt8> {
  func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  /// Whether this is `lowercase`, which holds no capitals, but for case.
  func isEqualLowercased(to lowercase: Span<UInt8>) -> Bool {
    guard count == lowercase.count else { return false }
    for index in 0..<count where self[index].lowercased != lowercase[index] { return false }
    return true
  }
}
