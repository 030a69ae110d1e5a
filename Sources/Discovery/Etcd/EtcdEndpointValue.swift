internal import JSON
internal import Mesh
internal import Primitives

/// An endpoint as it stands in a key's value: `host:port`, or `{"address": "host:port", "weight": 2, "zone": "a",
/// "metadata": {…}}`. What else is in there is others' affair; `metadata` is shown to people.
enum EtcdEndpointValue {
  struct Fault: Error, Equatable, Sendable {
    /// Behind "the value", in a sentence.
    let reason: String

    static let tooLarge = Fault(reason: "has more than \(mostSize) bytes")
  }

  /// Bytes.
  static let mostSize = 16 << 10

  static func read(_ bytes: [UInt8]) throws(Fault) -> DiscoveredEndpoint {
    guard bytes.count <= mostSize else { throw .tooLarge }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(reason: "is not UTF-8") }
    // A line's end comes along where somebody puts a file's content there.
    let trimmed = text.trimmingSpace
    return trimmed.first == "{"
      ? try read(json: bytes) : DiscoveredEndpoint(address: try address(String(trimmed)))
  }

  private static func read(json bytes: [UInt8]) throws(Fault) -> DiscoveredEndpoint {
    let node: JSONNode
    do throws(JSONFault) { node = try JSONParser.parse(bytes.span, limit: mostSize) } catch {
      throw Fault(reason: "is no JSON: \(error.kind.reason) at byte \(error.offset + 1)")
    }
    guard let text = node["address"]?.string else { throw Fault(reason: "has no string `address`") }
    var endpoint = DiscoveredEndpoint(address: try address(text))
    if let weight = node["weight"], weight != .null {
      guard case .number(let digits) = weight, let number = Int(digits), (1...1_000_000).contains(number)
      else {
        throw Fault(reason: "has a `weight` that is no whole number from 1 to 1000000")
      }
      endpoint.weight = number
    }
    if let zone = node["zone"], zone != .null {
      guard let name = zone.string else { throw Fault(reason: "has a `zone` that is no string") }
      endpoint.zone = name.isEmpty ? nil : name
    }
    if let metadata = node["metadata"], metadata != .null { endpoint.metadata = try entries(metadata) }
    return endpoint
  }

  /// Those that are text or numbers.
  private static func entries(_ metadata: JSONNode) throws(Fault) -> [MetadataEntry] {
    guard case .object(let members) = metadata else {
      throw Fault(reason: "has `metadata` that is no object")
    }
    return members.compactMap { member in
      switch member.value {
      case .string(let text), .number(let text): MetadataEntry(name: member.name, value: text)
      case .boolean(let value): MetadataEntry(name: member.name, value: "\(value)")
      default: nil
      }
    }.sorted { $0.name < $1.name }
  }

  /// Of a host that can be reached over a network: whoever may write into etcd is not to make us speak to sockets of
  /// this machine's file system.
  private static func address(_ text: String) throws(Fault) -> SocketAddress {
    guard let address = SocketAddress(text) else {
      throw Fault(reason: "has no address such as 10.0.0.5:8080 or [::1]:8080")
    }
    switch address {
    case .unix: throw Fault(reason: "has the address of a Unix socket")
    case .v4(_, port: 0), .v6(_, _, port: 0): throw Fault(reason: "has an address with port 0")
    case .v4, .v6: return address
    }
  }
}

extension String {
  /// Without blanks and line ends around it.
  fileprivate var trimmingSpace: Substring {
    func isSpace(_ character: Character) -> Bool {
      character == " " || character == "\t" || character.isNewline
    }
    let start = self[...].drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return start[...last]
  }
}
