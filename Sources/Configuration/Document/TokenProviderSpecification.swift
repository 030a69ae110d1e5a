internal import Identity
internal import JSON
internal import Primitives

/// An element of `jwt.providers`.
struct TokenProviderSpecification {
  var name: Located<String>
  /// Nil where it has mistakes.
  var provider: TokenProvider?
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
    let keys = Self.keys(block)
    block.finish()
    guard let issuer, let keys else { return }
    provider = TokenProvider(
      name: name.value, issuer: issuer.value, audiences: audiences.map(\.value),
      leeway: leeway?.value ?? .seconds(60), claimHeaders: headers, forwardsToken: forwardsToken, keys: keys)
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
      } else if HeaderText.own.contains(lower) || lower == "authorization" {
        item.context.error(header, "`\(header.value)` has a meaning of its own, and cannot carry a claim")
      } else if !seen.insert(lower).inserted {
        item.context.error(header, "`\(header.value)` carries another claim already")
      } else {
        return ClaimHeader(claim: ClaimPath(claim.value), name: header.value)
      }
      return nil
    }
  }

  private static func keys(_ block: Block) -> TokenKeySet? {
    guard let jwks = block.block("jwks") else {
      if !block.has("jwks") { block.error("jwks", "is missing: `jwks: {file: /path/to/jwks.json}`") }
      return nil
    }
    jwks.refuse(["url"])
    let file = jwks.has("url") ? nil : jwks.requiredString("file")
    jwks.finish()
    return file.flatMap { keys($0, block.context) }
  }

  private static func keys(_ file: Located<String>, _ context: DecodingContext) -> TokenKeySet? {
    let bytes: [UInt8]
    do throws(FileContents.Failure) {
      bytes = try FileContents.read(file.value, limit: TokenKeySet.maximumSize)
    } catch {
      context.error(file, "cannot be read: \(error.message)")
      return nil
    }
    do throws(TokenKeySet.Failure) {
      let keys = try TokenKeySet(bytes.span)
      for note in keys.ignored { context.warning(file, "\(note): it is passed over") }
      return keys
    } catch {
      switch error {
      case .json(let fault):
        context.error(file, "is no JSON: \(fault.kind.reason), at byte \(fault.offset + 1)")
      case .noSet: context.error(file, "is no key set: {\"keys\": [...]}")
      case .tooManyKeys: context.error(file, "has more than \(TokenKeySet.maximumCount) keys")
      case .noUsableKey(let notes):
        let why = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
        context.error(file, "has no key that can verify tokens\(why)")
      }
      return nil
    }
  }
}
