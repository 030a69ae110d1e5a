internal import Primitives

extension UnderscorePolicy {
  /// Whether a field of this name, which is none of the known ones, is kept out. Throws where the message is refused.
  @inline(__always)
  func drops(_ input: Span<UInt8>, _ name: ByteRange) throws(HTTPError) -> Bool {
    if self == .allow { return false }
    for i in name.indices where input[i] == UInt8(ascii: "_") {
      switch self {
      case .allow: return false
      case .drop: return true
      case .refuse: throw .underscoreInName
      case .dropAliases: return FieldID.findAlias(input, at: name.start, count: Int(name.count)) != .other
      }
    }
    return false
  }
}
