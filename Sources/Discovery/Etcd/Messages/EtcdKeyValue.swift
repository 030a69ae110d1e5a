internal import Protobuf

/// `mvccpb.KeyValue`.
struct EtcdKeyValue: Equatable, Sendable {
  var key: [UInt8] = []
  var value: [UInt8] = []
  /// Of the store, when the key was last written.
  var modified: Int64 = 0
  /// 0: the key has none, and stays until somebody deletes it.
  var lease: Int64 = 0

  init(key: [UInt8], value: [UInt8] = [], modified: Int64 = 0, lease: Int64 = 0) {
    self.key = key
    self.value = value
    self.modified = modified
    self.lease = lease
  }

  init(_ reader: consuming ProtobufReader) throws(ProtobufFault) {
    while let number = try reader.next() {
      switch number {
      case 1: key = try reader.bytesValue()
      case 3: modified = try reader.revision()
      case 5: value = try reader.bytesValue()
      case 6: lease = try reader.int64()
      default: break
      }
    }
  }
}
