internal import Glibc
internal import Primitives

/// One question to getaddrinfo(3).
enum HostLookup {
  /// Blocks, for many seconds at worst. Any thread.
  static func run(_ host: String, ticket: UInt64) -> HostAnswer {
    // SAFETY: the hints hold no addresses.
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    // Only addresses of a family that this machine has.
    unsafe hints.ai_flags = Int32(AI_ADDRCONFIG)
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: the name outlives the call, which reads it up to its NUL; the list is freed below.
    var code = unsafe getaddrinfo(host, nil, &hints, &list)
    if code == EAI_NONAME {
      // A machine that has nothing but its loopback has no family at all by that measure.
      unsafe hints.ai_flags = 0
      code = unsafe getaddrinfo(host, nil, &hints, &list)
    }
    guard code == 0 else {
      // SAFETY: gai_strerror gives a text that stays.
      return HostAnswer(ticket: ticket, addresses: [], reason: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      // SAFETY: each entry is one of the list's, and has an address of its family.
      if let address = unsafe address(entry.pointee.ai_addr), !found.contains(address) {
        found.append(address)
      }
      unsafe next = entry.pointee.ai_next
    }
    return HostAnswer(ticket: ticket, addresses: found, reason: found.isEmpty ? "no address" : "")
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
