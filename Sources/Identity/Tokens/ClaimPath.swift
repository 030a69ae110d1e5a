internal import JSON

/// Names a claim: `sub`, or a way through nested objects, `realm_access.roles`.
public struct ClaimPath: Sendable, Hashable, CustomStringConvertible {
  /// As it was written.
  public let description: String
  private let steps: [String]

  public init(_ text: String) {
    description = text
    steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// A claim whose own name is the whole text goes first: `https://shop.example/role` has dots, too.
  func find(in claims: JSONNode) -> JSONNode? {
    if let claim = claims[description] { return claim }
    if steps.count == 1 { return nil }
    var node = claims
    for step in steps {
      guard let next = node[step] else { return nil }
      node = next
    }
    return node
  }
}
