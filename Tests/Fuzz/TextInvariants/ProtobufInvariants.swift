internal import Protobuf

/// What must hold for any bytes as a message.
public enum ProtobufInvariants {
  public static func check(_ bytes: [UInt8]) {
    _ = skipped(bytes)
    guard let first = written(bytes) else { return }
    // What was read and written says the same when it is read again.
    precondition(written(first) == first)
  }

  /// Fields, whose values nobody reads; nil: it is no message.
  private static func skipped(_ bytes: [UInt8]) -> Int? {
    var count = 0
    do throws(ProtobufFault) {
      var reader = ProtobufReader(bytes.span)
      while try reader.next() != nil { count += 1 }
      precondition(count <= bytes.count)
      return count
    } catch {
      return nil
    }
  }

  /// Made anew: of the fields, a third each are numbers, bytes and messages.
  private static func written(_ bytes: [UInt8]) -> [UInt8]? {
    do throws(ProtobufFault) { return try copy(ProtobufReader(bytes.span)) } catch { return nil }
  }

  private static func copy(_ reader: consuming ProtobufReader) throws(ProtobufFault) -> [UInt8] {
    var writer = ProtobufWriter()
    while let number = try reader.next() {
      switch number % 3 {
      case 0: writer.alwaysUInt64(number, try reader.uint64())
      case 1: writer.alwaysBytes(number, try reader.bytesValue())
      default: writer.alwaysBytes(number, try copy(reader.message()))
      }
    }
    return writer.bytes
  }
}
