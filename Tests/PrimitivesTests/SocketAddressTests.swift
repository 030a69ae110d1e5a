import Primitives
import Testing

@Suite struct SocketAddressTests {
  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"),
    ("255.255.255.255:65535", "255.255.255.255:65535"),
    (":8080", "0.0.0.0:8080"), ("localhost:9000", "127.0.0.1:9000"), ("[::1]:443", "[::1]:443"),
    ("[::]:1", "[::]:1"), ("[2001:DB8:0:0::00ff]:1", "[2001:db8::ff]:1"),
    ("[::ffff:10.1.2.3]:5", "[::ffff:10.1.2.3]:5"), ("10.0.0.5:0080", "10.0.0.5:80"),
    ("unix:/run/apus.sock", "unix:/run/apus.sock"), ("unix:a:1", "unix:a:1"),
  ])
  func parsesAndPrints(_ text: String, _ printed: String) throws {
    let address = try #require(SocketAddress(text))
    #expect(address.description == printed)
    #expect(SocketAddress(printed) == address)
  }

  @Test(arguments: [
    "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:-1", "127.0.0.1: 80",
    "127.0.0.1:80 ", " 127.0.0.1:80", "127.0.0.1:8o", "127.0.0.1:٣", "127.0.1:80", "1.2.3.4.5:80",
    "256.0.0.1:80",
    "01.2.3.4:80", "::1:80", "[::1]", "[::1]80", "[127.0.0.1]:80", "[]:80", "[::1:80", "::1]:80",
    "[[::1]]:80",
    "[fe80::1%lo]:80", "example.org:80", "LOCALHOST:80", "unix:", "http://127.0.0.1:80",
    "127.0.0.1\u{0}x:80", "[::1\u{0}x]:80", "unix:/a\u{0}b", "99999999999999999999:80",
  ])
  func refuses(_ text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test func unixPathsFitTheirStructure() {
    #expect(SocketAddress("unix:" + String(repeating: "a", count: 107)) != nil)
    #expect(SocketAddress("unix:" + String(repeating: "a", count: 108)) == nil)
    #expect(SocketAddress("unix:" + String(repeating: "é", count: 54)) == nil)
  }

  @Test func partsAreTakenApart() {
    #expect(SocketAddress("10.1.2.3:77") == .v4(address: 0x0A01_0203, port: 77))
    #expect(
      SocketAddress("[1:2:3:4:5:6:7:8]:9")
        == .v6(high: 0x0001_0002_0003_0004, low: 0x0005_0006_0007_0008, port: 9))
    #expect(SocketAddress("[::1]:9")?.host == "::1")
    #expect(SocketAddress("[::1]:9")?.port == 9)
    #expect(SocketAddress("unix:/x")?.host == "")
    #expect(SocketAddress("unix:/x")?.port == 0)
    #expect(SocketAddress(ip: "::", port: 1) == .v6(high: 0, low: 0, port: 1))
    #expect(SocketAddress(ip: "[::]", port: 1) == nil)
  }

  @Test func everyOctetIsAppendedAsPrinted() {
    for octet in UInt32(0)...255 {
      let address = SocketAddress.v4(address: octet << 24 | octet << 8 | 7, port: 1)
      var buffer = ByteBuffer()
      buffer.append(host: address)
      #expect(content(buffer) == address.host)
    }
  }

  @Test(arguments: ["127.0.0.1:1", "255.10.0.99:1", "[2001:db8::1]:1", "unix:/x"])
  func hostsAreAppendedAsPrinted(_ text: String) throws {
    let address = try #require(SocketAddress(text))
    var buffer = ByteBuffer()
    buffer.append(host: address)
    #expect(content(buffer) == address.host)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.255.3.4:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.9]:1", true),
    ("128.0.0.1:1", false), ("126.255.255.255:1", false), ("0.0.0.0:1", false), ("[::]:1", false),
    ("[::2]:1", false), ("[1::1]:1", false), ("[::ffff:10.0.0.1]:1", false), ("[::127.0.0.1]:1", false),
    ("unix:/x", false),
  ])
  func loopbackIsKnown(_ text: String, _ loopback: Bool) throws {
    #expect(try #require(SocketAddress(text)).isLoopback == loopback)
  }

  @Test(arguments: [
    ("10.0.0.1:80", true), ("127.0.0.1:80", true), ("240.0.0.1:80", true), ("223.255.255.255:80", true),
    ("0.0.0.0:80", false), ("224.0.0.0:80", false), ("239.255.255.255:80", false),
    ("255.255.255.255:80", false), ("[::1]:80", true), ("[fe80::1]:80", true), ("[2001:db8::1]:80", true),
    ("[::]:80", false), ("[ff00::]:80", false), ("[ff02::1]:80", false), ("[::ffff:10.0.0.1]:80", true),
    ("[::ffff:0.0.0.0]:80", false), ("[::ffff:224.0.0.1]:80", false), ("unix:/run/a", true),
  ])
  func addressesThatAHostCanHave(_ text: String, _ isUnicast: Bool) throws {
    #expect(try #require(SocketAddress(text)).isUnicast == isUnicast)
  }
}
