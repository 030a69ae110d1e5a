internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives

/// An element of `jwt.providers`.
struct TokenProviderSpecification {
  var name: Located<String>
  /// Nil where it has mistakes.
  var provider: TokenProvider?
  /// Where its keys are fetched from; nil: they are there.
  var remote: RemoteKeySet?
}

extension TokenProviderSpecification {
  init(_ block: Block) {
    name = block.requiredString("name") ?? Located(value: "", mark: block.mark, path: block.path)
    let issuer = block.requiredString("issuer")
    let audiences = block.strings("audiences")
    if audiences.isEmpty {
      block.warning("audiences", "is missing: tokens that were made for other services are taken, too")
    }
    let leeway = block.duration("leeway", in: .zero...Interval.seconds(600))
    let forwardsToken = block.boolean("forwardToken")?.value ?? false
    let headers = Self.claimHeaders(block)
    let source = KeySetDecoder.decode(block)
    block.finish()
    guard let issuer, let source else { return }
    var (keys, file, trail): (TokenKeySet?, String, FileTrail?) = (nil, "", nil)
    if case .file(let path, let found, let read) = source { (keys, file, trail) = (read, path, found) }
    let provider = TokenProvider(
      name: name.value, issuer: issuer.value, audiences: audiences.map(\.value),
      leeway: leeway?.value ?? .seconds(60), claimHeaders: headers, forwardsToken: forwardsToken, keys: keys,
      keyFile: file, keyOrigin: trail)
    self.provider = provider
    guard case .remote(let found) = source else { return }
    remote = RemoteKeySet(
      provider: provider, url: found.url, tls: found.tls, refresh: found.refresh, timeout: found.timeout)
  }

  private static func claimHeaders(_ block: Block) -> [ClaimHeader] {
    var seen: Set<String> = []
    return block.blocks("forwardClaims").compactMap { item in
      let claim = item.requiredString("claim")
      let header = item.requiredString("header")
      item.finish()
      guard let claim, let header else { return nil }
      let lower = header.value.lowercased()
      if !HeaderText.isToken(header.value) {
        item.context.error(header, "`\(header.value.shortened)` is no header name")
      } else if FieldID(alias: header.value.utf8.span) != .other {
        item.context.error(header, "`\(header.value)` has a meaning of its own, and cannot carry a claim")
      } else if !seen.insert(lower).inserted {
        item.context.error(header, "`\(header.value)` carries another claim already")
      } else {
        return ClaimHeader(claim: ClaimPath(claim.value), name: header.value)
      }
      return nil
    }
  }
}
