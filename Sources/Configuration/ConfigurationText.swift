public import Mesh

/// The part of a configuration that its file does not hold, as it was fetched.
public struct ConfigurationText: Equatable, Sendable {
  /// How diagnostics call it.
  public let name: String
  public let bytes: [UInt8]
  /// Where it came from; nil: it stands for whatever the file names.
  public let reference: DocumentReference?

  public init(name: String, bytes: [UInt8], reference: DocumentReference? = nil) {
    self.name = name
    self.bytes = bytes
    self.reference = reference
  }

  public init(_ reference: DocumentReference, _ bytes: [UInt8]) {
    self.init(name: reference.description, bytes: bytes, reference: reference)
  }
}
