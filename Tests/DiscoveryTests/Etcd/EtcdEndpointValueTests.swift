import Mesh
import Primitives
import Testing

@testable import Discovery

@Suite struct EtcdEndpointValueTests {
  private func read(_ text: String) throws(EtcdEndpointValue.Fault) -> DiscoveredEndpoint {
    try EtcdEndpointValue.read(Array(text.utf8))
  }

  @Test(
    arguments: [
      ("10.0.0.5:8080", "10.0.0.5:8080", 1, nil), ("[fd00::1]:80", "[fd00::1]:80", 1, nil),
      (" 10.0.0.5:8080\n", "10.0.0.5:8080", 1, nil), ("localhost:80", "127.0.0.1:80", 1, nil),
      (#"{"address": "10.0.0.5:8080"}"#, "10.0.0.5:8080", 1, nil),
      (#"{"address":"10.0.0.5:8080","weight":7,"zone":"a","metadata":{}}"#, "10.0.0.5:8080", 7, "a"),
      (#"{"zone":"","weight":null,"address":"[::1]:1","other":[1]}"#, "[::1]:1", 1, nil),
      (#"{"address":"10.0.0.5:8080","weight":1000000}"#, "10.0.0.5:8080", 1_000_000, nil),
    ] as [(String, String, Int, String?)])
  func endpoints(_ text: String, _ address: String, _ weight: Int, _ zone: String?) throws {
    let expected = DiscoveredEndpoint(
      address: try #require(SocketAddress(address)), weight: weight, zone: zone)
    #expect(try read(text) == expected)
  }

  @Test func whatElseIsSaidOfIt() throws {
    let text =
      #"{"address":"10.0.0.5:80","metadata":{"version":"2","canary":true,"build":7,"tags":["a"],"x":null}}"#
    let expected = [("build", "7"), ("canary", "true"), ("version", "2")].map(MetadataEntry.init)
    #expect(try read(text).metadata == expected)
    #expect(try read("10.0.0.5:80").metadata == [])
  }

  @Test(arguments: [":8080", "0.0.0.0:80", "[::]:80", "224.0.0.1:80", "255.255.255.255:80", "[ff02::1]:80"])
  func addressesThatNoHostHas(_ text: String) throws {
    #expect(try read(text).unused == .noHost)
  }

  @Test(arguments: [
    ("", "has no address"), ("10.0.0.5", "has no address"), ("orders:80", "has no address"),
    ("10.0.0.5:80 x", "has no address"), ("10.0.0.5:0", "port 0"), ("[::1]:0", "port 0"),
    ("unix:/run/docker.sock", "Unix socket"), (#"{"address":"unix:/run/a"}"#, "Unix socket"),
    ("{", "is no JSON: unexpected end at byte 2"), ("{}", "no string `address`"),
    (#"{"address":5}"#, "no string `address`"), (#"{"Addr":"10.0.0.5:80"}"#, "no string `address`"),
    (#"{"address":"10.0.0.5:80","weight":0}"#, "`weight`"),
    (#"{"address":"10.0.0.5:80","weight":1000001}"#, "`weight`"),
    (#"{"address":"10.0.0.5:80","weight":1.5}"#, "`weight`"),
    (#"{"address":"10.0.0.5:80","weight":"2"}"#, "`weight`"),
    (#"{"address":"10.0.0.5:80","zone":1}"#, "`zone`"),
    (#"{"address":"10.0.0.5:80","metadata":1}"#, "`metadata`"),
    (#"{"address":"10.0.0.5:80","address":"10.0.0.6:80"}"#, "twice"),
    (#"[1]"#, "has no address"),
  ])
  func whatIsNone(_ text: String, _ reason: String) {
    do throws(EtcdEndpointValue.Fault) {
      let endpoint = try read(text)
      Issue.record("\(endpoint)")
    } catch {
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }

  @Test func bytesThatAreNone() {
    #expect(throws: EtcdEndpointValue.Fault(reason: "is not UTF-8")) {
      try EtcdEndpointValue.read([0xff, 0xfe])
    }
    #expect(throws: EtcdEndpointValue.Fault.self) {
      try EtcdEndpointValue.read([UInt8](repeating: 0x20, count: EtcdEndpointValue.mostSize + 1))
    }
  }

  /// What a registration writes is what the source reads.
  @Test func aRegistrationsValue() throws {
    let address = try #require(SocketAddress("10.0.0.5:8080"))
    #expect(
      EtcdRegistrationValue.bytes(EtcdRegistrationSettings(key: "/a", address: address))
        == Array(#"{"address":"10.0.0.5:8080"}"#.utf8))
    let full = EtcdRegistrationSettings(
      key: "/a", address: address, weight: 3, zone: "a\"b",
      metadata: [.init(name: "version", value: "1"), .init(name: "ä", value: "")])
    let bytes = EtcdRegistrationValue.bytes(full)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"address":"10.0.0.5:8080","weight":3,"zone":"a\"b","metadata":{"version":"1","ä":""}}"#)
    var expected = DiscoveredEndpoint(address: address, weight: 3, zone: "a\"b")
    expected.metadata = full.metadata
    #expect(try EtcdEndpointValue.read(bytes) == expected)
  }
}
