internal import Protobuf

/// A lease: keys that were written with it go when nobody has kept it alive for its time.
struct EtcdLease: Equatable, Sendable {
  var id: Int64 = 0
  /// Seconds that it holds from the answer on. 0 and below: it is gone.
  var seconds: Int64 = 0

  /// What etcd grants at most (`MaxLeaseTTL` of its lessor), which is less than an `Interval` can be.
  private static let mostSeconds: Int64 = 9_000_000_000

  // `etcdserverpb.LeaseGrantRequest`, `LeaseKeepAliveRequest`, `LeaseRevokeRequest`.
  static let grantMethod = "/etcdserverpb.Lease/LeaseGrant"
  static let keepAliveMethod = "/etcdserverpb.Lease/LeaseKeepAlive"
  static let revokeMethod = "/etcdserverpb.Lease/LeaseRevoke"

  static func grant(seconds: Int64) -> [UInt8] { ProtobufWriter.message { $0.int64(1, seconds) } }
  static func keepAlive(_ id: Int64) -> [UInt8] { ProtobufWriter.message { $0.int64(1, id) } }
  static func revoke(_ id: Int64) -> [UInt8] { ProtobufWriter.message { $0.int64(1, id) } }

  /// Of `LeaseGrantResponse` and `LeaseKeepAliveResponse`, which say it alike.
  init(_ bytes: [UInt8]) throws(ProtobufFault) {
    var reader = ProtobufReader(bytes.span)
    while let number = try reader.next() {
      switch number {
      case 2: id = try reader.int64()
      case 3:
        seconds = try reader.int64()
        guard seconds <= Self.mostSeconds else { throw .outOfRange }
      default: break
      }
    }
  }
}
