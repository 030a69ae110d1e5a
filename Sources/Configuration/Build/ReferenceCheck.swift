internal import Mesh
internal import Primitives

/// What can only be seen of the document as a whole: names given twice, names of nothing, what nobody uses.
struct ReferenceCheck {
  let document: ConfigurationDocument
  let context: DecodingContext

  func run() {
    unique(document.services.map(\.name), "service")
    unique(document.routes.map(\.name), "route")
    unique(document.listeners.map(\.name), "listener")
    unique(document.tokenProviders.map(\.name), "provider")
    addresses()
    endpoints()
    let usedRoutes = references(
      from: document.listeners.flatMap { $0.routes ?? [] }, to: document.routes.map(\.name), "route")
    let backends = document.routes.flatMap { $0.rules.flatMap { $0.backends.map(\.name) } }
    let usedServices = references(from: backends, to: document.services.map(\.name), "service")
    let tokens = document.listeners.compactMap(\.tokens) + document.routes.compactMap(\.tokens)
    _ = references(
      from: tokens.flatMap { $0.providers ?? [] }, to: document.tokenProviders.map(\.name), "provider")
    if document.tokenProviders.isEmpty {
      for place in tokens.map(\.place) {
        context.error(place, "there is no provider whose tokens could be taken: `jwt.providers` is missing")
      }
    }
    // What nobody uses is often the other half of an error.
    if !context.diagnostics.hasErrors {
      unused(usedRoutes, usedServices)
      calls()
      IssuerCheck(document: document, context: context).run()
      AuthorizationCheck(document: document, context: context).run()
    }
  }

  /// gRPC is spoken over HTTP/2 only (PROTOCOL-HTTP2.md).
  private func calls() {
    let plain = Set(document.services.filter { $0.settings.protocol == .http1 }.map(\.name.value))
    for rule in document.routes.flatMap(\.rules) where rule.matches.contains(where: \.isCall) {
      for name in rule.backends.map(\.name) where plain.contains(name.value) {
        context.warning(
          name, "the rule takes gRPC calls, and the service `\(name.value)` has no `protocol: h2`")
      }
    }
  }

  private func unused(_ usedRoutes: Set<String>, _ usedServices: Set<String>) {
    if document.services.isEmpty {
      context.diagnostics.warning(at: .start, "services", "there are none: nothing can be forwarded")
    }
    if !document.listeners.isEmpty, document.listeners.allSatisfy({ $0.routes != nil }) {
      for route in document.routes where !usedRoutes.contains(route.name.value) && !route.name.value.isEmpty {
        context.warning(route.name, "no listener uses the route `\(route.name.value)`")
      }
    }
    let takers = document.listeners.compactMap(\.tokens) + document.routes.compactMap(\.tokens)
    let taken = Set(takers.flatMap { ($0.providers ?? document.tokenProviders.map(\.name)).map(\.value) })
    for provider in document.tokenProviders where !taken.contains(provider.name.value) {
      context.warning(
        provider.name, "no listener and no route takes tokens of the provider `\(provider.name.value)`")
    }
    if !document.routes.isEmpty {
      for service in document.services
      where !usedServices.contains(service.name.value) && !service.name.value.isEmpty {
        context.warning(service.name, "no route leads to the service `\(service.name.value)`")
      }
    }
  }

  private func unique(_ names: [Located<String>], _ kind: String) {
    var seen: [String: SourceMark] = [:]
    for name in names where !name.value.isEmpty {
      if let first = seen[name.value] {
        context.error(name, "the \(kind) `\(name.value.shortened)` is there already, on line \(first.line)")
      } else {
        seen[name.value] = name.mark
      }
    }
  }

  /// Reports references to nothing; returns the names that were referred to: all of them where a reference leads to
  /// nothing, since who is meant by it cannot be known.
  private func references(
    from places: [Located<String>], to names: [Located<String>], _ kind: String
  ) -> Set<String> {
    let known = Set(names.map(\.value))
    // A name that could not be read may be the one that is meant.
    guard !names.contains(where: { $0.value.isEmpty || context.diagnostics.isUnreadable(at: $0.mark) }) else {
      return known
    }
    var seen: Set<String> = []
    let candidates = names.map(\.value).filter { seen.insert($0).inserted }
    var used: Set<String> = []
    var isCertain = true
    for place in places {
      if known.contains(place.value) {
        used.insert(place.value)
      } else {
        let hint = context.hint(for: place.value, among: candidates)
        isCertain = false
        context.error(place, "there is no \(kind) `\(place.value.shortened)`\(hint)")
      }
    }
    return isCertain ? used : known
  }

  private func addresses() {
    var seen: [SocketAddress: SourceMark] = [:]
    for address in document.listeners.map(\.address) {
      if let first = seen[address.value] {
        context.error(
          address, "another listener has the address \(address.value) already, on line \(first.line)")
      } else if !isEphemeral(address.value) {
        seen[address.value] = address.mark
      }
    }
    guard let admin = document.settings.admin, let first = seen[admin] else { return }
    let place = document.admin ?? Located(value: "", mark: first, path: "admin.address")
    context.error(place, "\(admin) is a listener's address, too, on line \(first.line)")
  }

  /// Port 0 is another port each time.
  private func isEphemeral(_ address: SocketAddress) -> Bool {
    if case .unix = address { return false }
    return address.port == 0
  }

  private func endpoints() {
    for service in document.services {
      var seen: [SocketAddress: SourceMark] = [:]
      for endpoint in service.endpoints {
        let address = endpoint.address
        if let first = seen[address.value] {
          context.error(
            address, "the endpoint \(address.value) is there already, on line \(first.line) (use `weight`)")
        } else {
          seen[address.value] = address.mark
        }
      }
    }
  }
}
