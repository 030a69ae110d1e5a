internal import Protobuf

/// `etcdserverpb.RangeRequest`: keys of a range, in order, from a place on.
struct EtcdListRequest: Equatable, Sendable {
  static let method = "/etcdserverpb.KV/Range"

  var range: EtcdKeyRange
  /// Where to begin; nil: at the range's start.
  var from: [UInt8]?
  /// Keys at most; 0: all.
  var limit: Int64 = 0
  /// As the store was then; 0: as it is now.
  var revision: Int64 = 0
  /// Without their values.
  var isKeysOnly = false

  init(_ range: EtcdKeyRange) { self.range = range }

  var bytes: [UInt8] { ProtobufWriter.message { write(to: &$0) } }

  func write(to writer: inout ProtobufWriter) {
    writer.bytes(1, from ?? range.start)
    writer.bytes(2, range.end)
    writer.int64(3, limit)
    writer.int64(4, revision)
    writer.bool(8, isKeysOnly)
  }
}

/// `etcdserverpb.RangeResponse`.
struct EtcdListResponse: Equatable, Sendable {
  var header = EtcdHeader()
  var pairs: [EtcdKeyValue] = []
  var hasMore = false

  init(_ bytes: [UInt8]) throws(ProtobufFault) { try self.init(ProtobufReader(bytes.span)) }

  init(_ reader: consuming ProtobufReader) throws(ProtobufFault) {
    while let number = try reader.next() {
      switch number {
      case 1: header = try EtcdHeader(reader.message())
      case 2: pairs.append(try EtcdKeyValue(reader.message()))
      case 3: hasMore = try reader.bool()
      default: break
      }
    }
  }
}
