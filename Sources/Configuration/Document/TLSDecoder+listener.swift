internal import Mesh
internal import Primitives
internal import Reactor

extension TLSDecoder {
  /// `listeners[].tls`; nil where it is absent, or wrong.
  static func listener(_ parent: Block) -> ListenerTLS? {
    guard let block = parent.block("tls") else { return nil }
    var source = ListenerTLS.Source()
    if !block.has("certificates") {
      block.missing("certificates", "is missing: what should the listener show its clients?")
    } else if let node = block.node("certificates"), case .sequence(let items) = node.content, items.isEmpty {
      block.error("certificates", "must not be empty")
    }
    var places: [Located<String>?] = []
    source.certificates = block.blocks("certificates").compactMap { entry in
      let files = certificate(entry)
      if files != nil { places.append(entry.string("certificate")) }
      entry.finish()
      return files
    }
    if let clients = block.block("clientCertificates") { decode(clients, into: &source) }
    if let version = block.choice("minVersion", versions) { source.leastVersion = version.value }
    let timeout = block.duration("handshakeTimeout", in: .milliseconds(1) ... .seconds(300))?.value
    let isPermissive = block.boolean("permissive")?.value ?? false
    block.finish()
    guard !source.certificates.isEmpty, !block.context.diagnostics.hasErrors else { return nil }
    let context = check(
      block, [], { () throws(TLSFileError) in try block.context.tlsFiles.context(of: source) })
    if let context { warn(block, places, TLSRemark.unfit(source, context)) }
    return context.map {
      ListenerTLS(
        source: source, context: $0, origin: block.context.tlsFiles.trails(of: source.files),
        handshakeTimeout: timeout ?? ListenerTLS.standardHandshakeTimeout, isPermissive: isPermissive)
    }
  }

  private static func decode(_ block: Block, into source: inout ListenerTLS.Source) {
    let modes: KeyValuePairs<String, TLSServerContext.ClientCertificates> = [
      "none": .none, "optional": .optional, "require": .require,
    ]
    source.trust = trust(block)
    source.clientCertificates = block.choice("mode", modes)?.value ?? .require
    block.finish()
    if source.clientCertificates == .none {
      if source.trust != nil { block.warning("trust", "has no effect: `mode` is `none`") }
    } else if source.trust?.authorities == nil {
      block.error("trust", "is missing: whose certificates may clients show?")
    }
  }
}
