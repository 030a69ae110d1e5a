import CLinux
import Primitives
import Testing

@testable import Reactor

/// An address as system calls take it, and back.
@Suite struct SocketAddressRawTests {
  @Test(
    arguments: [
      .v4(address: 0, port: 0), .v4(address: 0x7F00_0001, port: 8080),
      .v4(address: 0xFFFF_FFFE, port: 65_535),
      .v6(high: 0, low: 1, port: 443), .v6(high: 0x2001_0db8_0000_0001, low: 0x0203_0405_0607_0809, port: 1),
      .unix(path: "/tmp/a.sock"), .unix(path: "/tmp/" + String(repeating: "x", count: 102)),
    ] as [SocketAddress]) func comesBack(_ address: SocketAddress)
  {
    let back = unsafe address.withRaw { raw, size in unsafe SocketAddress(raw: raw, size: size) }
    #expect(back == address)
  }

  @Test func bytesAreInNetworkOrder() {
    let bytes = unsafe SocketAddress.v4(address: 0x0102_0304, port: 0x0506).withRaw { raw, size in
      (0..<Int(size)).map { unsafe raw.load(fromByteOffset: $0, as: UInt8.self) }
    }
    #expect(Array(bytes[2..<8]) == [5, 6, 1, 2, 3, 4])
  }

  @Test func anUnknownFamilyIsNone() {
    var raw = sockaddr_storage()
    raw.ss_family = sa_family_t(AF_NETLINK)
    #expect(unsafe SocketAddress(raw: &raw, size: 128) == nil)
  }

  /// An unnamed unix socket (a client's) has no path.
  @Test func anUnnamedUnixSocketIsEmpty() {
    var raw = sockaddr_un()
    raw.sun_family = sa_family_t(AF_UNIX)
    #expect(unsafe SocketAddress(raw: &raw, size: 2) == .unix(path: ""))
  }

  /// Paths are UTF-8 to us, bytes to the kernel.
  @Test func aPathBeyondASCIIComesBack() {
    let address = SocketAddress.unix(path: "/tmp/caf\u{e9}")
    let back = unsafe address.withRaw { raw, size in unsafe SocketAddress(raw: raw, size: size) }
    #expect(back == address)
  }
}
