internal import Protobuf

/// `etcdserverpb.ResponseHeader`: who has answered, and how far its store was.
struct EtcdHeader: Equatable, Sendable {
  var cluster: UInt64 = 0
  var revision: Int64 = 0

  init(cluster: UInt64 = 0, revision: Int64 = 0) {
    self.cluster = cluster
    self.revision = revision
  }

  init(_ reader: consuming ProtobufReader) throws(ProtobufFault) {
    while let number = try reader.next() {
      switch number {
      case 1: cluster = try reader.uint64()
      case 3: revision = try reader.int64()
      default: break
      }
    }
  }
}
