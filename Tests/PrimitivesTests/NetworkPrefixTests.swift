import Primitives
import Testing

@Suite struct NetworkPrefixTests {
  private func address(_ text: String) throws -> SocketAddress {
    try #require(SocketAddress(ip: text, port: 1))
  }

  @Test(arguments: [
    (
      "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
      ["9.255.255.255", "11.0.0.0", "::a00:1"]
    ),
    ("10.1.2.3", ["10.1.2.3"], ["10.1.2.2", "10.1.2.4"]),
    ("10.1.2.2/31", ["10.1.2.2", "10.1.2.3"], ["10.1.2.1", "10.1.2.4"]),
    ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::", "2001:db8::1"]),
    ("::/0", ["::", "2001:db8::1"], ["1.2.3.4", "::ffff:1.2.3.4"]),
    ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db7:ffff::", "2001:db9::"]),
    ("2001:db8::/65", ["2001:db8::7fff:0:0:1"], ["2001:db8::8000:0:0:1"]),
    ("2001:db8::/64", ["2001:db8::8000:0:0:1"], ["2001:db8:0:1::"]),
    ("::1", ["::1"], ["::2", "::", "0.0.0.1"]),
    ("::ffff:10.0.0.0/104", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.0"]),
    ("::ffff:10.0.0.1", ["10.0.0.1"], ["10.0.0.2"]),
  ])
  func holds(text: String, inside: [String], outside: [String]) throws {
    let prefix = try NetworkPrefix(text)
    for text in inside { #expect(prefix.contains(try address(text)), "\(text)") }
    for text in outside { #expect(!prefix.contains(try address(text)), "\(text)") }
    #expect(!prefix.contains(.unix(path: "/x")))
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("::1", "::1/128"),
    ("2001:DB8::/32", "2001:db8::/32"),
    ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
  ])
  func isPrinted(text: String, expected: String) throws {
    #expect(try NetworkPrefix(text).description == expected)
  }

  @Test func mistakesAreNamed() throws {
    for text in ["", "/8", "10.0.0", "10.0.0.0.0/8", "host", "[::1]/8", "10.0.0.0\0/8", " 10.0.0.0/8"] {
      #expect(throws: NetworkPrefixError.noAddress, "\(text)") { try NetworkPrefix(text) }
    }
    for text in ["10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/a"] {
      #expect(throws: NetworkPrefixError.length(most: 32), "\(text)") { try NetworkPrefix(text) }
    }
    for text in ["::/129", "::ffff:10.0.0.0/95"] {
      #expect(throws: NetworkPrefixError.length(most: 128), "\(text)") { try NetworkPrefix(text) }
    }
    #expect(throws: NetworkPrefixError.hostBits(meant: try NetworkPrefix("10.0.0.0/8"))) {
      try NetworkPrefix("10.0.0.1/8")
    }
    #expect(throws: NetworkPrefixError.hostBits(meant: try NetworkPrefix("2001:db8::/32"))) {
      try NetworkPrefix("2001:db8::1/32")
    }
  }
}
