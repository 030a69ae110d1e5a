/// Who this proxy is, for logs, traces and discovery. Empty where not told.
public struct NodeSettings: Sendable, Equatable {
  public var service = ""
  public var id = ""
  public var zone = ""

  public init() {}
}
