import Protobuf
import Testing

/// etcd's answers, as messages, and its questions taken apart: the other side of `Sources/Discovery/Etcd/Messages`.
enum EtcdAnswers {
  struct Pair {
    var key: String
    var value: String
    var modified: Int64
    var lease: Int64 = 0

    init(_ key: String, _ value: String, _ modified: Int64 = 1, lease: Int64 = 0) {
      self.key = key
      self.value = value
      self.modified = modified
      self.lease = lease
    }

    func write(to writer: inout ProtobufWriter) {
      writer.string(1, key)
      writer.int64(2, 1)
      writer.int64(3, modified)
      writer.int64(4, 1)
      writer.string(5, value)
      writer.int64(6, lease)
    }
  }

  static func header(_ writer: inout ProtobufWriter, _ revision: Int64, cluster: UInt64 = 7) {
    writer.message(1) {
      $0.uint64(1, cluster)
      $0.uint64(2, 99)
      $0.int64(3, revision)
      $0.uint64(4, 2)
    }
  }

  static func list(
    _ pairs: [Pair], revision: Int64, more: Bool = false, cluster: UInt64 = 7
  ) -> (inout ProtobufWriter) -> Void {
    { writer in
      header(&writer, revision, cluster: cluster)
      for pair in pairs { writer.message(2) { pair.write(to: &$0) } }
      writer.bool(3, more)
      writer.int64(4, Int64(pairs.count))
    }
  }

  static func created(_ id: Int64, revision: Int64, cluster: UInt64 = 7) -> [UInt8] {
    ProtobufWriter.message {
      header(&$0, revision, cluster: cluster)
      $0.int64(2, id)
      $0.bool(3, true)
    }
  }

  static func cancelled(
    _ id: Int64, isCreated: Bool = false, compacted: Int64 = 0, reason: String = ""
  ) -> [UInt8] {
    ProtobufWriter.message {
      header(&$0, 1_000)
      $0.int64(2, id)
      $0.bool(3, isCreated)
      $0.bool(4, true)
      $0.int64(5, compacted)
      $0.string(6, reason)
    }
  }

  /// Deletions have a nil value.
  static func events(
    _ id: Int64, _ events: [(key: String, value: String?, revision: Int64)], isFragment: Bool = false,
    cluster: UInt64 = 7
  ) -> [UInt8] {
    ProtobufWriter.message { writer in
      header(&writer, events.last?.revision ?? 0, cluster: cluster)
      writer.int64(2, id)
      writer.bool(7, isFragment)
      for event in events {
        writer.message(11) {
          if event.value == nil { $0.uint64(1, 1) }
          $0.message(2) { Pair(event.key, event.value ?? "", event.revision).write(to: &$0) }
        }
      }
    }
  }

  static func progress(_ id: Int64, revision: Int64) -> [UInt8] {
    ProtobufWriter.message {
      header(&$0, revision)
      $0.int64(2, id)
    }
  }

  static func lease(_ id: Int64, seconds: Int64) -> (inout ProtobufWriter) -> Void {
    {
      header(&$0, 5)
      $0.int64(2, id)
      $0.int64(3, seconds)
    }
  }

  /// Of a transaction; `present`: the key, where it was not carried out.
  static func claim(written: Bool, present: Pair? = nil) -> (inout ProtobufWriter) -> Void {
    { writer in
      header(&writer, 6)
      writer.bool(2, written)
      writer.message(3) {
        $0.message(written ? 2 : 1) { inner in
          header(&inner, 6)
          if let present { inner.message(2) { present.write(to: &$0) } }
        }
      }
    }
  }

  // MARK: Questions

  /// A message's fields, numbers and text as they come; messages within are bytes.
  static func fields(_ bytes: [UInt8], numbers: Set<Int>) throws -> (
    numbers: [Int: Int64], bytes: [Int: [UInt8]]
  ) {
    var found: (numbers: [Int: Int64], bytes: [Int: [UInt8]]) = ([:], [:])
    var reader = ProtobufReader(bytes.span)
    while let number = try reader.next() {
      if numbers.contains(number) {
        found.numbers[number] = try reader.int64()
      } else {
        found.bytes[number] = try reader.bytesValue()
      }
    }
    return found
  }

  static func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
}
