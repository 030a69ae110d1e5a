internal import Mesh
internal import Primitives

extension ServiceSpecification {
  /// Of the command line's options: addresses, or one name with a port, which is resolved.
  init(name: Located<String>, upstreams: [String], _ context: DecodingContext) {
    let options = upstreams.map { Located(value: $0, mark: .none, path: "--upstream") }
    if options.count == 1, SocketAddress(upstreams[0]) == nil, DecodingContext.hostname(upstreams[0]) != nil {
      self.init(
        name: name, endpoints: [], reference: ReferenceDecoder.name(options[0], context),
        settings: ServiceSettings())
      return
    }
    let endpoints = options.compactMap { option in
      context.endpointAddress(option).map { EndpointSpecification(address: $0, weight: 1, zone: nil) }
    }
    self.init(name: name, endpoints: endpoints, reference: nil, settings: ServiceSettings())
  }
}
