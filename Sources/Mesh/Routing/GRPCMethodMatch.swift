/// A `GRPCRoute`'s `method` match: service and method of a call, whose path is `/service/method` (Gateway API's
/// `GRPCMethodMatch`). At least one of them is there.
public struct GRPCMethodMatch: Sendable {
  /// How both are to be read.
  public enum Kind: Sendable {
    /// Byte by byte.
    case exact
    /// The whole name.
    case regularExpression
  }

  public let kind: Kind
  public let service: String?
  public let method: String?
  /// Where the call is listed in a route table.
  let path: PathMatch
  /// What must hold beside that: the path as a whole.
  let expression: RegularExpression?

  /// The names are those of the configuration, checked: no `\E` in an exact one.
  public init(_ kind: Kind, service: String?, method: String?) throws(RegularExpression.Failure) {
    self.kind = kind
    self.service = service
    self.method = method
    switch (kind, service, method) {
    case (.exact, let service?, let method?):
      path = .exact("/\(service)/\(method)")
      expression = nil
    case (.exact, let service?, nil):
      path = .prefix("/\(service)")
      expression = nil
    case (.exact, nil, let method):
      path = .prefix("/")
      expression = try method.map { name throws(RegularExpression.Failure) in
        try RegularExpression("/[^/]+/\\Q\(name)\\E")
      }
    case (.regularExpression, let service, let method):
      // Two elements, so that no `.*` takes in a slash.
      let both = "(?=[^/]+/[^/]+$)(?:\(service ?? "[^/]+"))/(?:\(method ?? "[^/]+"))"
      let whole = try RegularExpression("/" + both)
      path = .regularExpression(whole)
      expression = nil
    }
  }

  /// Bytes of an exact method of any service: the longer one goes first. 0 for others, whose place is their path.
  var methodLength: Int { kind == .exact && service == nil ? method?.utf8.count ?? 0 : 0 }
}
