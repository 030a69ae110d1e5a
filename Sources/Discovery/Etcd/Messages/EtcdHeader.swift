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
      case 3: revision = try reader.revision()
      default: break
      }
    }
  }
}

extension ProtobufReader {
  /// A revision of the store: one that another one can follow, since it is gone on from there.
  mutating func revision() throws(ProtobufFault) -> Int64 {
    let revision = try int64()
    guard (0..<Int64.max).contains(revision) else { throw .outOfRange }
    return revision
  }
}
