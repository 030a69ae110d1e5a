internal import CCares
internal import Glibc
internal import Primitives

/// Addresses as c-ares gives them.
enum HostEntries {
  /// Each once, with port 0.
  /// - Parameter list: alive while this runs.
  @unsafe
  static func addresses(of list: UnsafeMutablePointer<ares_addrinfo>) -> [SocketAddress] {
    var found: [SocketAddress] = []
    // SAFETY: the list's entries are linked, and each has an address of its family.
    var next = unsafe list.pointee.nodes
    while let entry = unsafe next {
      if let address = unsafe address(entry.pointee.ai_addr), !found.contains(address) {
        found.append(address)
      }
      unsafe next = entry.pointee.ai_next
    }
    return found
  }

  @unsafe
  private static func address(_ raw: UnsafeMutablePointer<sockaddr>?) -> SocketAddress? {
    guard let raw = unsafe raw else { return nil }
    // SAFETY: the family says which struct it is.
    switch unsafe Int32(raw.pointee.sa_family) {
    case AF_INET:
      let four = unsafe UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in.self)
      return .v4(address: UInt32(bigEndian: four.sin_addr.s_addr), port: 0)
    case AF_INET6:
      let six = unsafe UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in6.self)
      // SAFETY: both are 16 bytes of plain data.
      let words = unsafe unsafeBitCast(six.sin6_addr, to: (UInt64, UInt64).self)
      return .v6(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: 0)
    default: return nil
    }
  }
}
