internal import CNghttp2
internal import Primitives

/// The field lines of one head as libnghttp2 takes them. It copies them, and writes names in lower case.
@safe
struct HTTP2FieldList: ~Copyable {
  private var bytes = ByteBuffer()
  /// Where each line's name and value end in `bytes`.
  private var ends: [(name: Int, value: Int)] = []
  private var lines: [nghttp2_nv] = unsafe []

  mutating func clear() {
    bytes.clear()
    ends.removeAll(keepingCapacity: true)
  }

  mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    bytes.append(name)
    let end = bytes.count
    bytes.append(value)
    ends.append((end, bytes.count))
  }

  mutating func append(_ name: StaticString, _ value: Span<UInt8>) { append(name.bytes, value) }

  mutating func append(_ name: StaticString, decimal value: UInt64) {
    bytes.append(name)
    let end = bytes.count
    bytes.append(decimal: value)
    ends.append((end, bytes.count))
  }

  /// `:path`, with the query.
  mutating func appendPath(of head: borrowing MessageHead) {
    bytes.append(":path")
    let end = bytes.count
    bytes.append(head.bytes(of: head.path))
    if head.hasQuery {
      bytes.append(UInt8(ascii: "?"))
      bytes.append(head.bytes(of: head.query))
    }
    ends.append((end, bytes.count))
  }

  /// Gives the lines to libnghttp2.
  mutating func withLines<R>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> R) -> R {
    // Taken out, so that it and `bytes` can be used at the same time.
    var lines: [nghttp2_nv] = unsafe []
    unsafe swap(&lines, &self.lines)
    unsafe lines.removeAll(keepingCapacity: true)
    // SAFETY: nothing is appended while the pointers into `bytes` are in use, and libnghttp2 only reads through them.
    let result = unsafe bytes.bytes.withUnsafeBufferPointer { all in
      var start = 0
      for end in ends {
        let name = unsafe UnsafeMutablePointer(mutating: all.baseAddress.unsafelyUnwrapped + start)
        let value = unsafe UnsafeMutablePointer(mutating: all.baseAddress.unsafelyUnwrapped + end.name)
        unsafe lines.append(
          nghttp2_nv(
            name: name, value: value, namelen: end.name - start, valuelen: end.value - end.name, flags: 0))
        start = end.value
      }
      return unsafe lines.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }
    unsafe swap(&lines, &self.lines)
    return result
  }
}

extension HTTP2FieldList {
  /// A request: pseudo-header fields first (RFC 9113, section 8.3.1).
  mutating func setRequest(_ head: borrowing MessageHead) {
    clear()
    if head.methodName.isEmpty {
      append(":method", head.method.name.bytes)
    } else {
      append(":method", head.bytes(of: head.methodName))
    }
    if !head.connectProtocol.isEmpty { append(":protocol", head.bytes(of: head.connectProtocol)) }
    append(":scheme", ("http" as StaticString).bytes)
    if let host = head.value(of: .host) {
      append(":authority", head.bytes(of: host))
    } else if !head.authority.isEmpty {
      append(":authority", head.bytes(of: head.authority))
    }
    appendPath(of: head)
    appendFields(head)
    appendLength(head.framing)
  }

  /// A response, final or not (section 8.3.2).
  mutating func setResponse(_ head: borrowing MessageHead) {
    clear()
    append(":status", decimal: UInt64(head.status))
    appendFields(head)
    guard head.status >= 200, head.status != 204 else { return }
    if let length = head.declaredLength {
      append("content-length", decimal: length)
    } else {
      appendLength(head.framing)
    }
  }

  mutating func setTrailers(_ trailers: borrowing MessageHead) {
    clear()
    appendFields(trailers)
  }

  private mutating func appendLength(_ framing: Framing) {
    if case .length(let length) = framing { append("content-length", decimal: length) }
  }

  /// All but those that are made anew and those that concern a connection (section 8.2.2).
  private mutating func appendFields(_ head: borrowing MessageHead) {
    for i in head.fields.indices {
      let field = head.fields[i]
      if field.isRemoved || field.id.isRegenerated || field.id == .host || field.id == .upgrade { continue }
      append(head.bytes(of: field.name), head.bytes(of: field.value))
    }
  }
}
