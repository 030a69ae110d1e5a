internal import HTTP
internal import Mesh
internal import Primitives
internal import Reactor

/// `etcd`: where it is, and what is announced there.
enum EtcdDecoder {
  /// Nil where it is absent, or wrong.
  static func decode(_ root: Block, zone: String) -> EtcdSettings? {
    guard let block = root.block("etcd") else { return nil }
    let urls = urls(block)
    let members = members(block, urls)
    let credentials = credentials(block, isSecure: urls.allSatisfy(\.isSecure))
    let registration = registration(block, zone: zone)
    let timeout = block.duration("timeout", in: .seconds(1) ... .seconds(600))
    block.finish()
    guard !members.isEmpty else { return nil }
    var settings = EtcdSettings(members: members)
    settings.credentials = credentials
    settings.registration = registration
    if let timeout { settings.timeout = timeout.value }
    return settings
  }

  // MARK: Members

  private static func urls(_ block: Block) -> [HTTPURL] {
    let texts = block.strings("endpoints")
    if !block.has("endpoints") {
      block.missing("endpoints", "is missing: where is etcd? (such as [\"http://127.0.0.1:2379\"])")
    } else if block.items("endpoints").isEmpty {
      block.error("endpoints", "must not be empty")
    }
    return texts.compactMap { text in
      let shown = "`\(text.value.shortened)`"
      do throws(HTTPURL.Fault) {
        let url = try HTTPURL(text.value)
        if url.target == "/" { return url }
        block.context.error(text, "\(shown) has a path: etcd is named by scheme, host and port")
      } catch {
        block.context.error(text, "\(shown) \(error.reason)")
      }
      return nil
    }
  }

  /// Each member's certificate must have its host's name, unless `tls` names one for all.
  private static func members(_ block: Block, _ urls: [HTTPURL]) -> [EtcdSettings.Member] {
    let secure = urls.filter(\.isSecure)
    guard !secure.isEmpty else {
      if block.node("tls") != nil, !urls.isEmpty {
        block.error("tls", "has no effect: no URL begins with https://")
      }
      return urls.map { EtcdSettings.Member(url: $0) }
    }
    var contexts = TLSDecoder.clients(block, hosts: secure.map(\.host), protocols: [.h2])[...]
    return urls.compactMap { url in
      if !url.isSecure { return EtcdSettings.Member(url: url) }
      return contexts.popFirst().map { EtcdSettings.Member(url: url, tls: $0) }
    }
  }

  private static func credentials(_ block: Block, isSecure: Bool) -> EtcdSettings.Credentials? {
    let user = block.has("user") ? block.requiredString("user") : block.string("user")
    let password = block.has("password") ? block.requiredString("password") : block.string("password")
    if user != nil, !block.has("password") { block.missing("password", "is missing: `user` is there") }
    if password != nil, !block.has("user") { block.missing("user", "is missing: `password` is there") }
    guard let user, let password else { return nil }
    if !isSecure {
      block.warning(
        "password", "a password over plain HTTP: whoever is between here and etcd can read it")
    }
    return EtcdSettings.Credentials(user: user.value, password: password.value)
  }

  // MARK: Registration

  private static func registration(_ parent: Block, zone: String) -> EtcdRegistrationSettings? {
    guard let block = parent.block("register") else { return nil }
    let key = block.requiredString("key")
    let address = block.requiredString("address").flatMap { reachable($0, block.context) }
    let lifetime = block.duration("ttl", in: .seconds(2) ... .seconds(3_600))
    if let lifetime, lifetime.value.milliseconds % 1_000 != 0 {
      block.context.error(lifetime, "etcd counts whole seconds")
    }
    let weight = block.integer("weight", in: 1...1_000_000)?.value ?? 1
    let own = block.string("zone")?.value ?? zone
    let metadata = metadata(block)
    block.finish()
    guard let key, let address else { return nil }
    return EtcdRegistrationSettings(
      key: key.value, address: address,
      lifetime: lifetime?.value ?? EtcdRegistrationSettings.standardLifetime, weight: weight,
      zone: own.isEmpty ? nil : own, metadata: metadata)
  }

  /// What others can connect to.
  private static func reachable(_ text: Located<String>, _ context: DecodingContext) -> SocketAddress? {
    guard let address = context.endpointAddress(text)?.value else { return nil }
    if case .unix = address {
      context.error(text, "others cannot connect to a Unix socket (valid: 10.0.0.5:8080)")
    } else if !address.isUnicast {
      context.error(text, "`\(text.value)` names no host: others need one that they can connect to")
    } else {
      return address
    }
    return nil
  }

  private static func metadata(_ block: Block) -> [MetadataEntry] {
    guard let node = block.node("metadata") else { return [] }
    let path = block.path(of: "metadata")
    guard case .mapping(let entries) = node.content else {
      block.context.mismatch(node, path, expected: "a map such as {version: \"2\"}")
      return []
    }
    return entries.compactMap { entry in
      block.context.string(entry.value, "\(path).\(entry.key)")
        .map { MetadataEntry(name: entry.key, value: $0.value) }
    }
  }
}
