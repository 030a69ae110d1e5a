internal import JSON
internal import Primitives

/// Reads JSON objects out of a body, one by one, however its bytes were cut. Only the one that is under way is held.
struct JSONObjectStream: ~Copyable {
  enum Shape {
    /// One object after another: the events of a watch.
    case sequence
    /// One object, with a list whose items are told one by one. What remains of it is `rest`.
    case list
  }

  /// Bytes of one object. Servers hold none that is larger than about 1.5 MiB.
  static let largest = 4 << 20

  private let shape: Shape
  private let limit: Int
  private var held = ByteBuffer()
  /// Of a list: what is not in its items.
  private var frame = ByteBuffer()
  private var depth = 0
  /// A bit for each that is open, the innermost lowest: set for arrays.
  private var arrays: UInt64 = 0
  /// Depth 2 is an array: the list's items, one level below.
  private var isInItems = false
  private var isInString = false
  private var isEscaped = false

  init(_ shape: Shape, limit: Int = Self.largest) {
    self.shape = shape
    self.limit = limit
  }

  /// Whether nothing has begun that has not ended.
  var isComplete: Bool { depth == 0 }

  /// The objects that end within these bytes.
  mutating func receive(_ bytes: Span<UInt8>) throws(JSONFault) -> [JSONNode] {
    var found: [JSONNode] = []
    // Where the bytes begin that belong to one of both buffers.
    var start = 0
    for index in bytes.indices {
      let byte = bytes[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == objectDepth {
          try keep(bytes.extracting(start..<index), inObject: false)
          start = index
        }
        depth += 1
        guard depth <= JSONParser.maximumDepth else { throw JSONFault(.tooDeep, at: index) }
        arrays = arrays << 1 | (byte == UInt8(ascii: "[") ? 1 : 0)
        if depth == 2 { isInItems = shape == .list && byte == UInt8(ascii: "[") }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // Else what follows would be taken for a part of this one, and be missed.
        guard depth > 0, arrays & 1 == (byte == UInt8(ascii: "]") ? 1 : 0) else {
          throw JSONFault(.unexpectedByte, at: index)
        }
        depth -= 1
        arrays >>= 1
        if depth == 1 { isInItems = false }
        if depth == objectDepth {
          try keep(bytes.extracting(start..<(index + 1)), inObject: true)
          start = index + 1
          found.append(
            try held.withBytes { (text) throws(JSONFault) in
              try JSONParser.parse(text, limit: limit)
            })
          held.clear()
        }
      // Between items: without them, nothing is left to be parted.
      case UInt8(ascii: ",") where depth == objectDepth && isInItems:
        try keep(bytes.extracting(start..<index), inObject: false)
        start = index + 1
      case 32, 9, 10, 13: break
      default: if shape == .sequence, depth == 0 { throw JSONFault(.unexpectedByte, at: index) }
      }
    }
    try keep(bytes.extracting(start..<bytes.count), inObject: isInObject)
    return found
  }

  /// Of a list, once its body has ended: all of it but the items.
  func rest() throws(JSONFault) -> JSONNode {
    try frame.withBytes { (text) throws(JSONFault) in try JSONParser.parse(text, limit: limit) }
  }

  /// The depth at which objects begin; of a list before and behind its items: none.
  private var objectDepth: Int { shape == .sequence ? 0 : isInItems ? 2 : -1 }
  private var isInObject: Bool { objectDepth >= 0 && depth > objectDepth }

  private mutating func keep(_ bytes: Span<UInt8>, inObject: Bool) throws(JSONFault) {
    if inObject {
      held.append(bytes)
      if held.count > limit { throw JSONFault(.tooLarge, at: limit) }
    } else if shape == .list {
      frame.append(bytes)
      if frame.count > limit { throw JSONFault(.tooLarge, at: limit) }
    }
  }
}
