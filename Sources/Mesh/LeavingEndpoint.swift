/// An endpoint that is named nowhere any more, while requests or connections are left there.
public struct LeavingEndpoint: Sendable {
  public let service: String
  /// The address as printed.
  public let text: String
  /// Who had named it last; nil: the configuration.
  public let source: SourceKind?
  public let state: EndpointState

  public init(_ service: String, _ text: String, _ source: SourceKind?, _ state: EndpointState) {
    self.service = service
    self.text = text
    self.source = source
    self.state = state
  }
}
