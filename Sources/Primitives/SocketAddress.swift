internal import Glibc

/// Where a socket is bound or connects to. Ports are in host order; IPv6 words in network order of bytes.
public enum SocketAddress: Hashable, Sendable {
  case v4(address: UInt32, port: UInt16)
  case v6(high: UInt64, low: UInt64, port: UInt16)
  case unix(path: String)

  /// Parses `host:port`, `[v6]:port`, `:port` (every IPv4 address… and IPv6 where the socket is made dual-stack
  /// is not implied: `:port` is 0.0.0.0) and `unix:/path`. Only numeric addresses and `localhost`; nil otherwise.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      // sun_path holds 108 bytes with its NUL (unix(7)).
      guard !path.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let port = UInt16(digits) else {
      return nil
    }
    let host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      self.init(ip: String(host.dropFirst().dropLast()), port: port)
      guard case .v6 = self else { return nil }
    } else if host.isEmpty {
      self = .v4(address: 0, port: port)
    } else if host == "localhost" {
      self = .v4(address: 0x7F00_0001, port: port)
    } else {
      self.init(ip: host, port: port)
      guard case .v4 = self else { return nil }
    }
  }

  /// A numeric IPv4 or IPv6 address without brackets.
  public init?(ip: String, port: UInt16) {
    // C would read up to a NUL and take the rest for fine.
    guard !ip.utf8.contains(0) else { return nil }
    var four = in_addr()
    var six = in6_addr()
    // SAFETY: inet_pton writes exactly one address into the struct it is given.
    if unsafe inet_pton(AF_INET, ip, &four) == 1 {
      self = .v4(address: UInt32(bigEndian: four.s_addr), port: port)
    } else if unsafe inet_pton(AF_INET6, ip, &six) == 1 {
      // SAFETY: both are 16 bytes of plain data.
      let words = unsafe unsafeBitCast(six, to: (UInt64, UInt64).self)
      self = .v6(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: port)
    } else {
      return nil
    }
  }

  /// The port, 0 for a unix socket.
  public var port: UInt16 {
    switch self {
    case .v4(_, let port), .v6(_, _, let port): port
    case .unix: 0
    }
  }

  /// One that a host can have: neither unspecified (every one of this host to listen on, and none to connect to), nor multicast (RFC 5771, RFC 4291), nor broadcast to the local network;
  /// in IPv6 also of an address of IPv4 that is mapped into it. Of a Unix socket, too.
  public var isUnicast: Bool {
    switch self {
    case .v4(let address, _): address != 0 && address >> 28 != 0xE && address != .max
    case .v6(high: 0, let low, let port) where low >> 32 == 0xFFFF:
      SocketAddress.v4(address: UInt32(truncatingIfNeeded: low), port: port).isUnicast
    case .v6(let high, let low, _): high >> 56 != 0xFF && (high != 0 || low != 0)
    case .unix: true
    }
  }

  /// An address of this host that no network carries: 127.0.0.0/8, ::1 and the first mapped into IPv6.
  public var isLoopback: Bool {
    switch self {
    case .v4(let address, _): address >> 24 == 127
    case .v6(high: 0, let low, _): low == 1 || low >> 24 == 0xFFFF_7F
    case .v6, .unix: false
    }
  }

  /// Of a client of IPv4 on a socket of IPv6, `::ffff:10.0.0.5` (RFC 4291, section 2.5.5.2): its address of IPv4. Any other
  /// as it is.
  public var unmapped: SocketAddress {
    guard case .v6(high: 0, let low, let port) = self, low >> 32 == 0xFFFF else { return self }
    return .v4(address: UInt32(truncatingIfNeeded: low), port: port)
  }

  /// The same address with another port.
  public func with(port: UInt16) -> SocketAddress {
    switch self {
    case .v4(let address, _): .v4(address: address, port: port)
    case .v6(let high, let low, _): .v6(high: high, low: low, port: port)
    case .unix: self
    }
  }

  /// The address without its port, as it stands in `X-Forwarded-For`; empty for a unix socket.
  public var host: String {
    switch self {
    case .v4(let address, _):
      return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    case .v6(let high, let low, _):
      var words = (high.bigEndian, low.bigEndian)
      // SAFETY: inet_ntop reads 16 bytes and writes at most INET6_ADDRSTRLEN with its NUL.
      return unsafe withUnsafeBytes(of: &words) { address in
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
          unsafe inet_ntop(AF_INET6, address.baseAddress, text.baseAddress, socklen_t(INET6_ADDRSTRLEN))
          return unsafe String(cString: text.baseAddress.unsafelyUnwrapped)
        }
      }
    case .unix: return ""
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  public var description: String {
    switch self {
    case .v4(_, let port): "\(host):\(port)"
    case .v6(_, _, let port): "[\(host)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

extension ByteBuffer {
  /// Appends an address without its port. IPv4, the common case, makes no `String`.
  public mutating func append(host address: SocketAddress) {
    guard case .v4(let bits, _) = address else { return append(address.host) }
    appendOctet(bits >> 24)
    appendOctet(bits >> 16 & 255)
    appendOctet(bits >> 8 & 255)
    appendOctet(bits & 255)
    end &-= 1
  }

  /// A number below 256, and a dot.
  @inline(__always)
  private mutating func appendOctet(_ value: UInt32) {
    if value < 10 { return append(word: UInt64(0x2e30 &+ value), count: 2) }
    if value < 100 { return append(word: UInt64(0x2e_3030 &+ value / 10 &+ (value % 10) &<< 8), count: 3) }
    let (hundreds, tens) = (value / 100, value / 10 % 10)
    append(word: UInt64(0x2e30_3030 &+ hundreds &+ tens &<< 8 &+ (value % 10) &<< 16), count: 4)
  }
}
