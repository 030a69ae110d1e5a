internal import Identity

extension MeshSnapshot {
  /// Those whose tokens a listener or a route takes, each once, in the order in which they are met.
  static func tokenProviders(_ listeners: [ListenerDefinition], _ routes: RouteTable) -> [TokenProvider] {
    var seen: Set<ObjectIdentifier> = []
    return (listeners.compactMap(\.tokens) + routes.rules.compactMap(\.tokens)).flatMap(\.providers)
      .filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}
