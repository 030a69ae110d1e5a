/// A certificate with its key, in PEM.
public struct TestCertificate: Sendable {
  public var chain: [UInt8]
  public var key: [UInt8]
  public let serial: Int

  public init(chain: [UInt8], key: [UInt8], serial: Int = 0) {
    self.chain = chain
    self.key = key
    self.serial = serial
  }
}
