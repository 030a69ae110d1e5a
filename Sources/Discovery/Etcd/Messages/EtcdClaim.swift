internal import Protobuf

/// `etcdserverpb.TxnRequest`: writes a key with a lease, provided that it is as it was last seen; else reads it.
struct EtcdClaim: Equatable, Sendable {
  static let method = "/etcdserverpb.KV/Txn"

  var key: String
  var value: [UInt8]
  var lease: Int64
  /// The revision of the key's last change; 0: it is not there.
  var expected: Int64

  init(key: String, value: [UInt8], lease: Int64, expected: Int64 = 0) {
    self.key = key
    self.value = value
    self.lease = lease
    self.expected = expected
  }

  var bytes: [UInt8] {
    ProtobufWriter.message { writer in
      writer.message(1) {
        // Compare: result EQUAL (0) of target MOD (2).
        $0.uint64(2, 2)
        $0.string(3, key)
        $0.alwaysInt64(6, expected)
      }
      writer.message(2) {
        $0.message(2) {
          $0.string(1, key)
          $0.bytes(2, value)
          $0.int64(3, lease)
        }
      }
      writer.message(3) { $0.message(1) { EtcdListRequest(EtcdKeyRange(key: key)).write(to: &$0) } }
    }
  }
}

/// `etcdserverpb.TxnResponse` to an `EtcdClaim`.
struct EtcdClaimResponse: Equatable, Sendable {
  var isWritten = false
  /// How the key is, where it was not written; nil: it is not there.
  var present: EtcdKeyValue?

  init(_ bytes: [UInt8]) throws(ProtobufFault) {
    var reader = ProtobufReader(bytes.span)
    while let number = try reader.next() {
      switch number {
      case 2: isWritten = try reader.bool()
      case 3:
        var operation = try reader.message()
        while let kind = try operation.next() {
          if kind == 1 { present = try EtcdListResponse(operation.message()).pairs.first }
        }
      default: break
      }
    }
  }
}
