import DNS
import Mesh
import Primitives
import Testing

@testable import Discovery

@Suite struct ServiceTargetsTests {
  private static let hosts: [String: [String]] = [
    "a": ["10.0.0.1"], "b": ["10.0.0.2"], "two": ["10.0.1.1", "10.0.1.2"], "none": [],
    "six": ["2001:db8::1"],
  ]

  private func endpoints(_ records: [(UInt16, UInt16, String)]) -> [String] {
    let records = records.map { SRVRecord(priority: $0.0, weight: $0.1, port: 80, target: $0.2) }
    let found = ServiceTargets.endpoints(records) { target in
      (Self.hosts[target] ?? []).compactMap { SocketAddress(ip: $0, port: 0) }
    }
    return found.map { "\($0.address)*\($0.weight)" + ($0.unused == nil ? "" : " reserve") }
  }

  /// Priority, weight, target.
  @Test(
    arguments: [
      ([(1, 10, "b"), (1, 20, "a")], ["10.0.0.1:80*20", "10.0.0.2:80*10"]),
      // Only the lowest priority is used,
      ([(5, 1, "a"), (2, 1, "b")], ["10.0.0.1:80*1 reserve", "10.0.0.2:80*1"]),
      // of those that can be reached.
      ([(1, 9, "none"), (2, 4, "a"), (3, 1, "b")], ["10.0.0.1:80*4", "10.0.0.2:80*1 reserve"]),
      // No weights at all: alike.
      ([(1, 0, "a"), (1, 0, "b")], ["10.0.0.1:80*1", "10.0.0.2:80*1"]),
      // Next to nothing beside those that have some.
      ([(1, 0, "a"), (1, 2, "b")], ["10.0.0.1:80*1", "10.0.0.2:80*30"]),
      // A target's addresses share its weight.
      ([(1, 10, "two"), (1, 10, "a")], ["10.0.0.1:80*150", "10.0.1.1:80*75", "10.0.1.2:80*75"]),
      (
        [(1, 65_535, "two"), (1, 65_535, "a")],
        ["10.0.0.1:80*983025", "10.0.1.1:80*491512", "10.0.1.2:80*491512"]
      ),
      // What is there twice counts once, where it is used.
      ([(2, 7, "a"), (1, 3, "a")], ["10.0.0.1:80*3"]),
      ([(1, 7, "a"), (1, 3, "a")], ["10.0.0.1:80*10"]),
      ([(1, 1, "six"), (1, 1, "a")], ["10.0.0.1:80*1", "[2001:db8::1]:80*1"]),
      ([(1, 1, "none")], []),
      ([], []),
    ] as [([(UInt16, UInt16, String)], [String])])
  func endpoints(_ records: [(UInt16, UInt16, String)], _ expected: [String]) {
    #expect(endpoints(records) == expected)
    #expect(endpoints(records.reversed()) == expected)
  }
}
