internal import Admin
internal import Client
internal import HTTP
internal import JSON
internal import Primitives

/// What `/config` of a running proxy says.
struct RunningConfiguration {
  private let page: JSONNode
  /// Its command line says where the admin server listens, whatever its file says.
  private let isAdminGiven: Bool

  init(_ page: JSONNode, isAdminGiven: Bool = false) {
    self.page = page
    self.isAdminGiven = isAdminGiven
  }

  init(at address: SocketAddress) throws(AdminCall.Failure) {
    let answer = try AdminCall.send(ClientRequest(.get, AdminService.configPath), to: address)
    guard answer.status == 200,
      let page = try? JSONParser.parse(answer.body.span, limit: answer.body.count), page.isObject
    else { throw AdminCall.Failure(message: "what answers at \(address) is no admin server of apus") }
    self.init(page, isAdminGiven: answer.has(AdminService.givenAdminField))
  }

  /// What another configuration would change, of what is in effect.
  /// - Parameter wanted: as `/config` would have it; nil where that is no JSON.
  func difference(to wanted: [UInt8]) -> ConfigurationDifference? {
    guard let wanted = try? JSONParser.parse(wanted.span, limit: wanted.count) else { return nil }
    var known = Self.without(["afterRestart"], page)
    var other = wanted
    if isAdminGiven || Self.isSame(page["admin"]?["address"]?.string, wanted["admin"]?["address"]?.string) {
      known = Self.without(["admin"], known)
      other = Self.without(["admin"], other)
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

  private static func without(_ names: [String], _ node: JSONNode) -> JSONNode {
    guard case .object(let members) = node else { return node }
    return .object(members.filter { !names.contains($0.name) })
  }
}
