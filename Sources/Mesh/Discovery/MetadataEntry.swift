/// Something that is said of an endpoint, for people and for others than Apus.
public struct MetadataEntry: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
