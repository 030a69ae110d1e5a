internal import HTTP
internal import Mesh
internal import Primitives
internal import Reactor

/// What the files of `KubernetesSettings` hold.
struct KubernetesCredentials {
  private(set) var token: String?
  private var trust: [UInt8]?
  private var certificate: [UInt8]?
  private var key: [UInt8]?

  private static let largest = 1 << 20

  init() {}

  init(_ settings: KubernetesSettings) throws(KubernetesAccess.Fault) {
    if let bytes = try Self.read(settings.token) {
      let text = String(decoding: bytes, as: UTF8.self)
      let token = text.split(whereSeparator: \.isWhitespace)
      guard token.count == 1, token[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
        throw KubernetesAccess.Fault(text: "\(Self.place(settings.token)) holds no token")
      }
      self.token = String(token[0])
    }
    guard settings.server.isSecure else { return }
    if settings.isVerified { trust = try Self.read(settings.trust) }
    certificate = try Self.read(settings.certificate)
    key = try Self.read(settings.key)
  }

  /// Whether connections made with these are as good as with those.
  func isSameForTLS(_ other: KubernetesCredentials) -> Bool {
    trust == other.trust && certificate == other.certificate && key == other.key
  }

  func context(_ settings: KubernetesSettings) throws(KubernetesAccess.Fault) -> TLSClientContext {
    var place = settings.certificate
    do throws(TLSContextError) {
      var own: TLSCertificate?
      if let certificate, let key { own = try TLSCertificate(chain: certificate, key: key) }
      place = settings.trust
      var options = TLSClientContext.Settings(trust: settings.isVerified ? try authorities() : nil)
      options.certificate = own
      options.protocols = [.h2, .http11]
      let name = settings.serverName ?? settings.server.host
      let address = Self.address(name)
      if address == nil { options.serverName = name }
      if settings.isVerified { options.names = [address.map(PeerName.ip) ?? .dns(name)] }
      return try TLSClientContext(options)
    } catch {
      throw KubernetesAccess.Fault(text: "\(Self.place(place)): \(error)")
    }
  }

  private func authorities() throws(TLSContextError) -> TLSTrust {
    if let trust { return try TLSTrust(bundles: [trust], describes: false) }
    for path in TLSTrust.systemFiles {
      guard let bundle = try? FileContents.read(path, limit: 16 << 20) else { continue }
      return try TLSTrust(bundles: [bundle], describes: false)
    }
    throw .noSystemTrust
  }

  private static func read(
    _ material: KubernetesSettings.Material?
  ) throws(KubernetesAccess.Fault) -> [UInt8]? {
    switch material {
    case nil: return nil
    case .bytes(let bytes): return bytes
    case .file(let path):
      do throws(FileContents.Failure) { return try FileContents.read(path, limit: largest) } catch {
        throw KubernetesAccess.Fault(text: "\(path) cannot be read: \(error.message)")
      }
    }
  }

  private static func place(_ material: KubernetesSettings.Material?) -> String {
    if case .file(let path) = material { path } else { "the kubeconfig" }
  }

  /// As certificates have it.
  private static func address(_ text: String) -> [UInt8]? {
    switch SocketAddress(ip: text, port: 0) {
    case .v4(let address, _): (0..<4).map { UInt8(truncatingIfNeeded: address >> (24 - 8 * $0)) }
    case .v6(let high, let low, _):
      [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    default: nil
    }
  }
}
