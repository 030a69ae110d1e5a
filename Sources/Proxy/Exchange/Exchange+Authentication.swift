internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bearer tokens: what a good one says goes to the rules of authorization and, in fields of its provider's choice, to
/// the service.
extension Exchange {
  /// Nil: go on.
  func authenticate(by policy: TokenPolicy) -> ErrorReason? {
    // Nobody but a token fills these.
    tokens = policy
    for name in policy.ownedHeaders {
      request.removeLike(name.span)
      request.removeAnnouncements(like: name.span)
    }
    do throws(TokenError) {
      switch request.bearer {
      case .none: return policy.mode == .required ? .tokenMissing : nil
      case .malformed: throw .malformed
      case .token(let range):
        let found = try Self.token(in: request, range, policy, worker)
        bearer = found
        for line in found.lines { request.append(name: line.name.span, value: line.value.span) }
        if !found.provider.forwardsToken { request.remove(.authorization) }
        return nil
      }
    } catch {
      answer.details = error.reason
      if error == .keysMissing { return .tokenKeysMissing }
      metrics.add(.tokensRefused)
      return .tokenInvalid
    }
  }

  private static func token(
    in head: borrowing MessageHead, _ range: ByteRange, _ policy: TokenPolicy, _ worker: Worker
  ) throws(TokenError) -> VerifiedToken {
    let now = Clock.wall() / 1_000_000_000
    let bytes = head.bytes(of: range)
    if let known = try worker.tokens.find(bytes, policy, now: now) {
      worker.metrics.add(.tokensKnown)
      return known
    }
    let token = try policy.verify(bytes, now: now)
    worker.tokens.insert(bytes, token)
    worker.metrics.add(.tokensVerified)
    return token
  }

  /// `WWW-Authenticate` (RFC 6750, section 3): without a reason where there was no token.
  func appendChallenge(_ reason: ErrorReason, _ details: StaticString) {
    response.append(.wwwAuthenticate) { field in
      field.append("Bearer")
      if reason == .tokenMissing { return }
      field.append(" error=\"invalid_token\", error_description=\"")
      field.append(details)
      field.append("\"")
    }
  }
}
