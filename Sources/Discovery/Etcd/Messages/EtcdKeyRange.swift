/// A part of etcd's keys.
struct EtcdKeyRange: Hashable, Sendable {
  let start: [UInt8]
  /// The first key behind; empty: `start` alone. A single zero byte: all that follow.
  let end: [UInt8]

  /// One key.
  init(key: String) {
    start = Array(key.utf8)
    end = []
  }

  /// All keys that begin so (etcd's `WithPrefix`).
  init(prefix: String) {
    let bytes = Array(prefix.utf8)
    start = bytes.isEmpty ? [0] : bytes
    // UTF-8 has no byte 0xff, so the last one can always be counted up.
    end = bytes.isEmpty ? [0] : Array(bytes.dropLast()) + [bytes[bytes.count - 1] + 1]
  }
}
