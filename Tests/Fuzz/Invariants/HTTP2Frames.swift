/// Frames in text, one each: what a session wrote.
public enum HTTP2Frames {
  private static let names = [
    "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY",
    "WINDOW_UPDATE",
    "CONTINUATION",
  ]
  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// "RST_STREAM 1 CODE", "GOAWAY 0 CODE", "WINDOW_UPDATE 1 COUNT", "DATA 1 COUNT end", others by name and stream.
  public static func describe(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var at = bytes.starts(with: preface) ? preface.count : 0
    while at < bytes.count {
      precondition(at + 9 <= bytes.count, "half a frame")
      let length = number(bytes, at, 3)
      let type = Int(bytes[at + 3])
      let flags = bytes[at + 4]
      let id = number(bytes, at + 5, 4)
      let payload = at + 9
      at = payload + length
      precondition(at <= bytes.count, "half a frame")
      var text = "\(type < names.count ? names[type] : "?") \(id)"
      switch type {
      case 0: text += " \(length)" + (flags & 1 != 0 ? " end" : "")
      case 1: text += flags & 1 != 0 ? " end" : ""
      case 3: text += " \(number(bytes, payload, 4))"
      case 4, 6: text += flags & 1 != 0 ? " ack" : ""
      case 7: text += " \(number(bytes, payload + 4, 4))"
      case 8: text += " \(number(bytes, payload, 4))"
      default: break
      }
      lines.append(text)
    }
    return lines
  }

  /// The debug data of a GOAWAY that is the last frame; nil where the last one is another.
  public static func debugData(_ bytes: [UInt8]) -> String? {
    var at = bytes.starts(with: preface) ? preface.count : 0
    while at + 9 <= bytes.count {
      let end = at + 9 + number(bytes, at, 3)
      if end == bytes.count {
        return bytes[at + 3] == 7 ? String(decoding: bytes[(at + 17)...], as: UTF8.self) : nil
      }
      at = end
    }
    return nil
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
    bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int($1) }
  }
}
