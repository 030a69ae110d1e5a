/// A certificate with its key, in PEM.
public struct TestCertificate: Sendable {
  public var chain: [UInt8]
  public var key: [UInt8]
  public let serial: Int
}
