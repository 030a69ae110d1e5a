internal import Admin
internal import LocalServer
internal import Mesh
internal import Primitives
internal import Proxy
internal import Reactor

/// Where it listens.
extension ProxyProcess {
  static func bind(
    _ snapshot: MeshSnapshot, _ workers: Int, _ accessLog: AccessLog?, _ inherited: InheritedListeners?,
    _ patience: AddressPatience
  ) throws(StartError) -> ProxyServer {
    do {
      return try patience.open {
        try ProxyServer(
          snapshot: snapshot, workers: workers, accessLog: accessLog.map { ($0.writer, $0.format) },
          inheriting: inherited)
      }
    } catch {
      throw StartError("\(error)")
    }
  }

  func openAdmin(_ address: SocketAddress, _ patience: AddressPatience) throws(StartError) {
    let service = AdminService(source: self)
    let admin: LocalServer
    if let listener = try predecessor?.takeAdmin(for: address) {
      // The other one answers until this one serves.
      isAdminInherited = true
      admin = LocalServer(taking: listener, on: loop, kind: Kind.admin, service: service)
    } else {
      do {
        admin = try patience.open {
          try LocalServer(at: address, on: loop, kind: Kind.admin, service: service)
        }
      } catch {
        throw StartError("admin: cannot listen on \(address): \(error)")
      }
    }
    dispatcher.add(admin, kinds: Kind.admin...(Kind.admin + 1))
    adminAddress = admin.address
    self.admin = admin
  }
}
