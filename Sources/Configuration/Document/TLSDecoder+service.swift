internal import Certificates
internal import Mesh
internal import Primitives
internal import Reactor

extension TLSDecoder {
  /// `services[].tls`; nil where it is absent, or wrong.
  static func service(_ parent: Block, _ spoken: ServiceProtocol) -> ServiceTLS? {
    guard let block = parent.block("tls") else { return nil }
    var source = ServiceTLS.Source()
    source.protocols =
      switch spoken {
      case .h2: [.h2]
      case .http1: [.http11]
      case .auto: [.h2, .http11]
      }
    return decode(block, source)
  }

  /// `tls` of a URL that the proxy itself calls. Without one, the host's certificate must have its name, and be of an
  /// authority that the system trusts.
  static func client(
    _ parent: Block, host: String, protocols: [ApplicationProtocol] = [.h2, .http11]
  ) -> ServiceTLS? {
    var source = ServiceTLS.Source()
    source.protocols = protocols
    name(host, &source)
    if let block = parent.block("tls") { return decode(block, source) }
    if parent.has("tls") { return nil }
    let context = check(
      parent, [], { () throws(TLSFileError) in try parent.context.tlsFiles.context(of: source) })
    return context.map { ServiceTLS(source: source, context: $0) }
  }

  /// The same of several URLs, for each of them. What `tls` says of names holds for all.
  static func clients(
    _ parent: Block, hosts: [String], protocols: [ApplicationProtocol]
  ) -> [ServiceTLS] {
    guard let host = hosts.first, let first = client(parent, host: host, protocols: protocols) else {
      return []
    }
    let block = parent.block("tls")
    let isNamed = ["serverName", "subjectAltNames", "insecureSkipVerify"].contains { block?.has($0) == true }
    return [first]
      + hosts.dropFirst().compactMap { host in
        if isNamed { return first }
        var source = first.source
        name(host, &source)
        let context = check(
          parent, [], { () throws(TLSFileError) in try parent.context.tlsFiles.context(of: source) })
        return context.map {
          ServiceTLS(source: source, context: $0, origin: parent.context.tlsFiles.trails(of: source.files))
        }
      }
  }

  /// The certificate must have the host's own name.
  private static func name(_ host: String, _ source: inout ServiceTLS.Source) {
    let address = ipAddress(host)
    source.serverName = address == nil ? host.withoutRoot : ""
    source.names = [address.map(PeerName.ip) ?? .dns(host.withoutRoot)]
  }

  private static func decode(_ block: Block, _ standard: ServiceTLS.Source) -> ServiceTLS? {
    var source = standard
    source.certificate = certificate(block, needsBoth: false)
    source.trust = trust(block) ?? TrustFiles(authorities: nil)
    if let version = block.choice("minVersion", versions) { source.leastVersion = version.value }
    names(block, &source)
    let isInsecure = block.boolean("insecureSkipVerify")?.value ?? false
    if isInsecure {
      for key in ["trust", "crls", "subjectAltNames"] where block.has(key) {
        block.error(key, "has no effect with `insecureSkipVerify: true`: take one of them out")
      }
      source.trust = nil
      source.names = []
      block.warning(
        "insecureSkipVerify",
        "endpoints are not asked who they are: whoever is between here and there can read and change everything"
      )
    }
    block.finish()
    guard !block.context.diagnostics.hasErrors else { return nil }
    let context = check(
      block, [], { () throws(TLSFileError) in try block.context.tlsFiles.context(of: source) })
    if let context, source.certificate != nil {
      warn(block, [block.string("certificate")], TLSRemark.unfit(source, context))
    }
    return context.map {
      ServiceTLS(source: source, context: $0, origin: block.context.tlsFiles.trails(of: source.files))
    }
  }

  /// Whose certificate it has to be. As in Gateway API's BackendTLSPolicy, `subjectAltNames` goes before `serverName`,
  /// which then only tells the endpoint whom we mean.
  private static func names(_ block: Block, _ source: inout ServiceTLS.Source) {
    if let name = block.string("serverName") {
      let address = ipAddress(name.value)
      if address == nil, !isHostName(name.value.withoutRoot) {
        block.context.error(name, "`\(name.value.shortened)` is no host name")
      }
      // An address is no server name (RFC 6066, section 3).
      if address == nil { source.serverName = name.value.withoutRoot }
      source.names = [address.map(PeerName.ip) ?? .dns(name.value.withoutRoot)]
    }
    let wanted = block.blocks("subjectAltNames").compactMap(self.name)
    if block.has("subjectAltNames") { source.names = wanted }
    if source.names.isEmpty, !block.has("insecureSkipVerify"), !block.has("serverName") {
      block.missing(
        "serverName",
        "is missing: which name must the endpoints' certificate have? (or give `subjectAltNames`)")
    }
  }

  private static func name(_ block: Block) -> PeerName? {
    let (dns, uri, ip) = (block.string("dns"), block.string("uri"), block.string("ip"))
    block.finish()
    var found: [PeerName] = []
    if let dns {
      if isHostName(dns.value.withoutRoot) {
        found.append(.dns(dns.value.withoutRoot))
      } else {
        block.context.error(dns, "`\(dns.value.shortened)` is no host name")
      }
    }
    if let uri, let name = self.uri(uri, block) { found.append(name) }
    if let ip {
      if let bytes = ipAddress(ip.value) {
        found.append(.ip(bytes))
      } else {
        block.context.error(ip, "`\(ip.value.shortened)` is no IP address")
      }
    }
    if found.count == 1 { return found[0] }
    let given = [dns, uri, ip].compactMap { $0 }.count
    if given != 1 {
      block.context.diagnostics.error(at: block.mark, block.path, "names one of `dns`, `uri` and `ip`")
    }
    return nil
  }

  private static func uri(_ text: Located<String>, _ block: Block) -> PeerName? {
    let shown = "`\(text.value.shortened)`"
    if text.value.hasPrefix("spiffe:") {
      do throws(SPIFFEIDPatternError) { return .spiffe(try SPIFFEIDPattern(text.value)) } catch {
        block.context.error(text, "\(shown) \(error.reason)")
      }
    } else if !text.value.contains("://") {
      block.context.error(text, "\(shown) is no URI (such as spiffe://example.org/ns/shop/sa/*)")
    } else if text.value.contains("*") {
      block.context.error(text, "\(shown): only a SPIFFE ID may have stars")
    } else {
      return .uri(text.value)
    }
    return nil
  }

  private static func isHostName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy { byte in
        byte == 45 || byte == 46 || byte == 95 || byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90
          || byte >= 97 && byte <= 122
      }
  }

  private static func ipAddress(_ text: String) -> [UInt8]? {
    switch SocketAddress(ip: text, port: 1) {
    case .v4(let address, _): (0..<4).map { UInt8(truncatingIfNeeded: address >> (24 - 8 * $0)) }
    case .v6(let high, let low, _):
      [high, low].flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
      }
    default: nil
    }
  }
}

extension String {
  /// Certificates name hosts without the dot of the root (RFC 5280, section 4.2.1.6), and so do clients (RFC 6066,
  /// section 3).
  fileprivate var withoutRoot: String { hasSuffix(".") ? String(dropLast()) : self }
}
