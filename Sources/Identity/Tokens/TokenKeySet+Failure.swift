internal import JSON

extension TokenKeySet.Failure: CustomStringConvertible {
  /// Behind the name of what was read.
  public var description: String {
    switch self {
    case .json(let fault): return "is no JSON: \(fault.kind.reason), at byte \(fault.offset + 1)"
    case .noSet: return "is no key set: {\"keys\": [...]}"
    case .tooManyKeys: return "has more than \(TokenKeySet.maximumCount) keys"
    case .noUsableKey(let notes):
      return "has no key that can verify tokens"
        + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
  }
}
