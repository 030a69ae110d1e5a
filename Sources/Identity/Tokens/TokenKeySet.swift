public import JSON

/// The keys of a JSON Web Key Set (RFC 7517) that can verify tokens: RSA, P-256 and Ed25519. Immutable.
public struct TokenKeySet: Sendable {
  /// Bytes of a set.
  public static var maximumSize: Int { 1 << 20 }
  /// Keys of a set; none has so many.
  public static var maximumCount: Int { 64 }

  public enum Failure: Error, Equatable, Sendable {
    case json(JSONFault)
    /// It is no object with a list `keys`.
    case noSet
    case tooManyKeys
    /// None can be used; why not, by place.
    case noUsableKey([String])
  }

  let keys: [TokenKey]
  /// Keys that were passed over (RFC 7517, section 5), in words: `key 2 (kid "a"): …`.
  public let ignored: [String]

  public var count: Int { keys.count }

  public init(_ bytes: Span<UInt8>) throws(Failure) {
    let node: JSONNode
    do throws(JSONFault) {
      node = try JSONParser.parse(bytes, limit: Self.maximumSize)
    } catch {
      throw .json(error)
    }
    guard let entries = node["keys"]?.array else { throw .noSet }
    guard entries.count <= Self.maximumCount else { throw .tooManyKeys }
    var keys: [TokenKey] = []
    var ignored: [String] = []
    for (place, entry) in entries.enumerated() {
      do throws(WebKeyProblem) {
        keys.append(try WebKey.read(entry))
      } catch {
        let name = entry["kid"]?.string.map { " (kid \($0.debugDescription))" } ?? ""
        ignored.append("key \(place + 1)\(name): \(error.reason)")
      }
    }
    if keys.isEmpty { throw .noUsableKey(ignored) }
    self.keys = keys
    self.ignored = ignored
  }

  /// Those that a token may be signed with: by its key's name where it has one, else any for its algorithm.
  func candidates(_ algorithm: TokenAlgorithm, id: String?) -> [TokenKey] {
    keys.filter { key in
      key.algorithm == algorithm && (id.map { id in key.id?.utf8.elementsEqual(id.utf8) ?? false } ?? true)
    }
  }
}
