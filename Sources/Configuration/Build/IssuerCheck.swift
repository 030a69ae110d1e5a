internal import Identity

/// Two providers of one issuer where both are taken: whatever one of them refuses, for its audience or its keys, the other
/// may let in.
struct IssuerCheck {
  let document: ConfigurationDocument
  let context: DecodingContext

  func run() {
    let takers = document.listeners.compactMap(\.tokens) + document.routes.compactMap(\.tokens)
    var warned: Set<String> = []
    for taker in takers {
      let names = taker.providers.map { Set($0.map(\.value)) }
      var seen: [String: Located<String>] = [:]
      for specification in document.tokenProviders where names?.contains(specification.name.value) ?? true {
        let name = specification.name
        guard let issuer = specification.provider?.issuer else { continue }
        guard let first = seen[issuer] else {
          seen[issuer] = name
          continue
        }
        if !warned.insert(name.value).inserted { continue }
        context.warning(
          name,
          "the provider `\(first.value)` on line \(first.mark.line) has the same issuer: where both are taken, a token that one refuses is asked of the other, too"
        )
      }
    }
  }
}
