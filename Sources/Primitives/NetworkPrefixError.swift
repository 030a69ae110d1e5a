/// Why a text is no block of addresses.
public enum NetworkPrefixError: Error, Equatable, Sendable {
  case noAddress
  /// Behind the slash is no number, or a larger one.
  case length(most: Int)
  /// Bits behind the prefix are set: an address in a block is not the block.
  case hostBits(meant: NetworkPrefix)
}
