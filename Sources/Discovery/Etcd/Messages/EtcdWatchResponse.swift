internal import Protobuf

/// `etcdserverpb.WatchResponse`.
struct EtcdWatchResponse: Equatable, Sendable {
  /// `mvccpb.Event`.
  enum Event: Equatable, Sendable {
    case put(EtcdKeyValue)
    case delete(EtcdKeyValue)

    /// Of the store.
    var revision: Int64 {
      switch self {
      case .put(let pair), .delete(let pair): pair.modified
      }
    }
  }

  var header = EtcdHeader()
  var id: Int64 = 0
  var isCreated = false
  var isCancelled = false
  /// What was to be watched from is gone; the oldest revision that is there. 0: it is none of that.
  var compacted: Int64 = 0
  var reason = ""
  /// More of the same answer follows.
  var isFragment = false
  var events: [Event] = []

  /// The watch is up to date with the header's revision, though nothing has happened.
  var isProgress: Bool { events.isEmpty && !isCreated && !isCancelled && compacted == 0 && !isFragment }

  init(_ bytes: [UInt8]) throws(ProtobufFault) {
    var reader = ProtobufReader(bytes.span)
    while let number = try reader.next() {
      switch number {
      case 1: header = try EtcdHeader(reader.message())
      case 2: id = try reader.int64()
      case 3: isCreated = try reader.bool()
      case 4: isCancelled = try reader.bool()
      case 5: compacted = try reader.int64()
      case 6: reason = try reader.string()
      case 7: isFragment = try reader.bool()
      case 11: events.append(try Event(reader.message()))
      default: break
      }
    }
  }
}

extension EtcdWatchResponse.Event {
  init(_ reader: consuming ProtobufReader) throws(ProtobufFault) {
    var isDelete = false
    var pair = EtcdKeyValue(key: [])
    while let number = try reader.next() {
      switch number {
      case 1: isDelete = try reader.uint64() == 1
      case 2: pair = try EtcdKeyValue(reader.message())
      default: break
      }
    }
    self = isDelete ? .delete(pair) : .put(pair)
  }
}
