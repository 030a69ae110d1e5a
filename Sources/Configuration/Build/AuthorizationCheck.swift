internal import Mesh
internal import Reactor

/// Rules that never hold, since nobody is asked for what they look at: a certificate, or a token.
struct AuthorizationCheck {
  let document: ConfigurationDocument
  let context: DecodingContext

  func run() {
    for listener in document.listeners {
      guard let authorization = listener.authorization else { continue }
      if let rule = authorization.identities, !asksForCertificates(listener) { warn(ofIdentities: rule) }
      if let rule = authorization.claims, listener.tokens == nil,
        routes(of: listener).allSatisfy({ $0.tokens == nil })
      {
        warn(ofClaims: rule)
      }
    }
    for route in document.routes {
      guard let authorization = route.authorization else { continue }
      let listeners = document.listeners.filter { uses($0, route) }
      // Of a route that nobody uses something else is said.
      if listeners.isEmpty, !document.listeners.isEmpty { continue }
      if let rule = authorization.identities, !listeners.contains(where: asksForCertificates) {
        warn(ofIdentities: rule)
      }
      if let rule = authorization.claims, route.tokens == nil,
        listeners.allSatisfy({ $0.tokens == nil })
      {
        warn(ofClaims: rule)
      }
    }
  }

  private func uses(_ listener: ListenerSpecification, _ route: RouteSpecification) -> Bool {
    listener.routes?.contains { $0.value == route.name.value } ?? true
  }

  private func routes(of listener: ListenerSpecification) -> [RouteSpecification] {
    document.routes.filter { uses(listener, $0) }
  }

  private func asksForCertificates(_ listener: ListenerSpecification) -> Bool {
    listener.tls.map { $0.source.clientCertificates != TLSServerContext.ClientCertificates.none } ?? false
  }

  private func warn(ofIdentities rule: Located<String>) {
    context.warning(
      rule,
      "the rule `\(rule.value)` never holds: it names identities, and no client is asked for a certificate (`tls.clientCertificates` of the listener)"
    )
  }

  private func warn(ofClaims rule: Located<String>) {
    context.warning(
      rule,
      "the rule `\(rule.value)` never holds: it names claims, and no client is asked for a token (`jwt`)")
  }
}
