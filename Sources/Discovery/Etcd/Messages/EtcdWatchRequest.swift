internal import Protobuf

/// `etcdserverpb.WatchRequest`: what is said on a stream of watches.
enum EtcdWatchRequest: Equatable, Sendable {
  static let method = "/etcdserverpb.Watch/Watch"

  /// The answers to these come in the order of the questions.
  case create(EtcdKeyRange, from: Int64)
  case cancel(Int64)

  var bytes: [UInt8] {
    ProtobufWriter.message { writer in
      switch self {
      case .create(let range, let revision):
        writer.message(1) {
          $0.bytes(1, range.start)
          $0.bytes(2, range.end)
          $0.int64(3, revision)
          // Now and then it says how far it is, where nothing happens: so that what one would resume from is not
          // compacted away.
          $0.bool(4, true)
          // Large answers come in pieces, as many as the server takes for one request itself.
          $0.bool(8, true)
        }
      case .cancel(let id): writer.message(2) { $0.int64(1, id) }
      }
    }
  }
}
