import Discovery
import Glibc
import Mesh
import Primitives
import Testing

@Suite final class LastGoodFileTests {
  private let path: String
  private let now = MonotonicTime(nanoseconds: 1_000_000_000_000)
  private let wall: Int64 = 1_700_000_000_000_000_000

  init() { path = "/tmp/apus-last-good-\(UInt64.random(in: .min ... .max))" }

  deinit { unsafe _ = unlink(path) }

  private func write(_ text: String) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  private static func described(
    _ address: SocketAddress, _ metadata: KeyValuePairs<String, String>
  ) -> DiscoveredEndpoint {
    var endpoint = DiscoveredEndpoint(address: address)
    endpoint.metadata = metadata.map { MetadataEntry(name: $0.key, value: $0.value) }
    return endpoint
  }

  private static let table: [(ServiceReference, [DiscoveredEndpoint])] = [
    (
      .dns(DNSReference(name: "orders.shop", port: 80)),
      [
        DiscoveredEndpoint(address: .v4(address: 0x7F00_0001, port: 80)),
        DiscoveredEndpoint(address: .v6(high: 0, low: 1, port: 80), weight: 7, zone: "eu \"1\""),
      ]
    ),
    (.dns(DNSReference(name: "_http._tcp.orders", port: nil)), []),
    (
      .etcd(EtcdReference(prefix: "/services/ö\n/")),
      [
        DiscoveredEndpoint(address: .unix(path: "/run/a b"), unused: .inReserve),
        described(.v4(address: 0x7F00_0001, port: 81), ["a\"b": "c\n", "version": "2"]),
      ]
    ),
    (.kubernetes(KubernetesReference(namespace: "shop", service: "web", port: .name("http"))), []),
    (
      .kubernetes(
        KubernetesReference(namespace: "shop", service: "web", port: .number(80), hostname: "web-0")), []
    ),
    (.kubernetes(KubernetesReference(namespace: "", service: "web")), []),
    (.kubernetes(KubernetesReference(namespace: "shop", service: "web", mayBePod: true)), []),
  ]

  @Test func whatIsWrittenIsReadAgain() throws {
    let table = DiscoveredTable()
    for (reference, endpoints) in Self.table {
      _ = table.tell(endpoints, for: reference, now: now - .seconds(5))
    }
    let file = LastGoodFile()
    #expect(file.write(table, to: path, now: now, wall: wall) == nil)
    let later = DiscoveredTable()
    let age = try file.read(path, into: later, now: now + .seconds(60), wall: wall + 60_000_000_000)
    #expect(age == .seconds(60))
    #expect(later.known.count == Self.table.count)
    for (reference, endpoints) in Self.table {
      #expect(later[reference]?.endpoints == endpoints)
      #expect(later[reference]?.savedAt == now)
      #expect(later[reference]?.changed == now - .seconds(5))
    }
  }

  @Test func aMissingFileIsNoFault() throws {
    #expect(try LastGoodFile().read(path, into: DiscoveredTable(), now: now, wall: wall) == nil)
  }

  @Test(arguments: [
    "", "{", "[]", "{\"format\": \"other\", \"savedAt\": 1}", "{\"format\": \"apus last good table 1\"}",
    "{\"format\": \"apus last good table 1\", \"savedAt\": 1, \"services\": [{}]}",
    "{\"format\": \"apus last good table 1\", \"savedAt\": 1, \"services\": [{\"dns\": \"a\", \"endpoints\": [{\"address\": \"x\"}]}]}",
    "{\"format\": \"apus last good table 1\", \"savedAt\": 1, \"services\": [{\"dns\": \"a\", \"endpoints\": [{\"address\": \"1.2.3.4:5\", \"weight\": 0}]}]}",
  ])
  func whatIsNoTableIsRefusedWithAReason(_ text: String) {
    write(text)
    let table = DiscoveredTable()
    let failure = #expect(throws: LastGoodFile.Failure.self) {
      try LastGoodFile().read(path, into: table, now: now, wall: wall)
    }
    #expect(failure?.reason.isEmpty == false)
  }

  @Test func aFileThatCannotBeWrittenIsToldOnce() {
    let file = LastGoodFile()
    let nowhere = path + "/missing/file"
    #expect(file.write(DiscoveredTable(), to: nowhere, now: now, wall: wall) != nil)
    #expect(file.write(DiscoveredTable(), to: nowhere, now: now, wall: wall) == nil)
    #expect(file.write(DiscoveredTable(), to: path, now: now, wall: wall) == nil)
    #expect(file.write(DiscoveredTable(), to: nowhere, now: now, wall: wall) != nil)
  }

  /// A FIFO where the fresh file is to be written: nobody will ever read from it.
  @Test func nobodyKeepsTheWriterWaiting() {
    let fresh = path + ".new"
    #expect(unsafe mkfifo(fresh, 0o600) == 0)
    #expect(LastGoodFile().write(DiscoveredTable(), to: path, now: now, wall: wall) == nil)
    #expect(unsafe access(fresh, F_OK) != 0)
  }

  @Test func aConfigurationSaysWhereItIsFrom() throws {
    let kept = LastGoodConfiguration()
    let text = Array("services: []\n".utf8)
    #expect(kept.write(text, of: "etcd:/a\nb", beside: path) == nil)
    defer { unsafe _ = unlink(LastGoodConfiguration.path(beside: path)) }
    #expect(try kept.read(of: "etcd:/a\nb", beside: path, limit: 100, wall: .max)?.bytes == text)
    #expect(throws: LastGoodFile.Failure.self) {
      try kept.read(of: "etcd:/a", beside: path, limit: 100, wall: .max)
    }
  }
}
