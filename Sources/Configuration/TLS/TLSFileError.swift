/// A file with a certificate, a key or authorities that cannot be used, and why.
public struct TLSFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public let path: String
  public let message: String

  public var description: String { "\(path): \(message)" }
}
