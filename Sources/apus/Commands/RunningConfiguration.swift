internal import Admin
internal import Client
internal import HTTP
internal import JSON
internal import Primitives

/// What `/config` of a running proxy says.
struct RunningConfiguration {
  private let page: JSONNode
  /// What its command line says, whatever its file says.
  private let given: Set<GivenKey>

  init(_ page: JSONNode, given: Set<GivenKey> = []) {
    self.page = page
    self.given = given
  }

  init(at address: SocketAddress) throws(AdminCall.Failure) {
    let answer = try AdminCall.send(ClientRequest(.get, AdminService.configPath), to: address)
    guard answer.status == 200,
      let page = try? JSONParser.parse(answer.body.span, limit: answer.body.count), page.isObject
    else { throw AdminCall.Failure(message: "what answers at \(address) is no admin server of apus") }
    self.init(page, given: Set(GivenKey.allCases.filter { answer.has($0.field) }))
  }

  /// What another configuration would change, of what is in effect.
  /// - Parameter wanted: as `/config` would have it; nil where that is no JSON.
  func difference(to wanted: [UInt8]) -> ConfigurationDifference? {
    guard let wanted = try? JSONParser.parse(wanted.span, limit: wanted.count) else { return nil }
    var known = Self.without(["afterRestart"], page)
    var other = wanted
    var same = given
    if Self.isSame(page["admin"]?["address"]?.string, wanted["admin"]?["address"]?.string) {
      same.insert(.admin)
    }
    for key in same {
      known = Self.without(key.path, known)
      other = Self.without(key.path, other)
    }
    return ConfigurationDifference(from: known, to: other)
  }

  /// Port 0 is whichever one was free.
  private static func isSame(_ address: String?, _ wanted: String?) -> Bool {
    guard let address, let wanted, wanted.hasSuffix(":0"), let colon = address.lastIndex(of: ":") else {
      return address == wanted
    }
    return address[...colon] == wanted.dropLast()
  }

  private static func without(_ path: [String], _ node: JSONNode) -> JSONNode {
    guard case .object(var members) = node, let place = members.firstIndex(where: { $0.name == path.first })
    else { return node }
    if path.count == 1 {
      members.remove(at: place)
    } else {
      members[place].value = without(Array(path.dropFirst()), members[place].value)
    }
    return .object(members)
  }
}
