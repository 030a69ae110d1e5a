internal import CNghttp2
internal import Primitives

/// The header list of a head that goes out, as nghttp2 takes it: names and values by address, in the head's arena, in
/// the program, or in `scratch`. It holds as long as the head is not changed. Used again for every head.
@safe
struct HTTP2HeaderList: ~Copyable {
  // SAFETY: [0, count) of [0, capacity) is initialised; `nghttp2_nv` is trivial.
  private var fields: UnsafeMutablePointer<nghttp2_nv>
  private var capacity: Int
  private(set) var count = 0
  /// Text that is in no head. It is complete before addresses in it are taken, since it may move as it grows.
  private var scratch = ByteBuffer()

  init() {
    capacity = 64
    // SAFETY: freed in `deinit`.
    unsafe fields = .allocate(capacity: 64)
  }

  deinit {
    // SAFETY: allocated in `init` or `reserve`, owned by this value alone.
    unsafe fields.deallocate()
  }

  @unsafe var start: UnsafePointer<nghttp2_nv> { unsafe UnsafePointer(fields) }

  /// Lists a request. What is for HTTP/1 only is left out, and `host` becomes `:authority`.
  @unsafe
  mutating func setRequest(_ head: borrowing MessageHead, _ named: inout FieldIDSet, isSecure: Bool) {
    begin(head)
    let isContiguous = !head.hasQuery || head.query.start == head.path.end &+ 1
    if !isContiguous {
      scratch.append(head.bytes(of: head.path))
      scratch.append(UInt8(ascii: "?"))
      scratch.append(head.bytes(of: head.query))
    }
    let pathEnd = scratch.count
    if case .length(let length) = head.framing { scratch.append(decimal: length) }

    // SAFETY: both are borrowed, and not changed, until the list is used.
    let arena = unsafe Self.address(head.arena)
    let text = unsafe Self.address(scratch)
    if head.methodName.isEmpty {
      unsafe add(":method", head.method.name)
    } else {
      unsafe add(":method", arena + head.methodName.start, Int(head.methodName.count))
    }
    let isSecure = isSecure || head.bytes(of: head.scheme).equalsLowercase("https")
    unsafe add(":scheme", isSecure ? "https" : "http")
    let authority = head.value(of: .host) ?? head.authority
    if !authority.isEmpty { unsafe add(":authority", arena + authority.start, Int(authority.count)) }
    let flags = head.isTargetNeverIndexed ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
    if !isContiguous {
      unsafe add(":path", text, pathEnd, flags)
    } else if head.path.isEmpty {
      unsafe add(":path", "/")
    } else {
      let end = head.hasQuery ? head.query.end : head.path.end
      unsafe add(":path", arena + head.path.start, end &- head.path.start, flags)
    }
    if !head.connectProtocol.isEmpty {
      let range = head.connectProtocol
      unsafe add(":protocol", arena + range.start, Int(range.count))
    }
    unsafe addFields(head, arena, &named)
    if scratch.count > pathEnd {
      unsafe add("content-length", text + pathEnd, scratch.count &- pathEnd)
    }
  }

  /// Lists a response, final or informational.
  @unsafe
  mutating func setResponse(_ head: borrowing MessageHead, _ named: inout FieldIDSet) {
    begin(head)
    let status = head.status
    scratch.append(decimal: UInt64(status))
    if let length = Self.contentLength(head) { scratch.append(decimal: length) }
    // SAFETY: as in `setRequest`.
    let arena = unsafe Self.address(head.arena)
    let text = unsafe Self.address(scratch)
    unsafe add(":status", text, 3)
    unsafe addFields(head, arena, &named)
    if scratch.count > 3 { unsafe add("content-length", text + 3, scratch.count &- 3) }
  }

  /// Lists trailers, without what must not be in them.
  @unsafe
  mutating func setTrailers(_ head: borrowing MessageHead, _ named: inout FieldIDSet) {
    begin(head)
    // SAFETY: as in `setRequest`.
    let arena = unsafe Self.address(head.arena)
    unsafe addFields(head, arena, &named, isTrailers: true)
  }

  /// As HTTP/1's encoder: what there is of a body, or what there would be without HEAD or 304.
  private static func contentLength(_ head: borrowing MessageHead) -> UInt64? {
    let status = head.status
    if status < 200 || status == 204 { return nil }
    if status == 304 || head.framing == .none, let length = head.declaredLength { return length }
    if status != 304, case .length(let length) = head.framing { return length }
    return nil
  }

  private mutating func begin(_ head: borrowing MessageHead) {
    count = 0
    scratch.clear()
    let needed = head.fields.count &+ 8
    if needed <= capacity { return }
    // SAFETY: the old list is not used any more.
    unsafe fields.deallocate()
    capacity = needed &* 2
    unsafe fields = .allocate(capacity: capacity)
  }

  @unsafe
  private mutating func addFields(
    _ head: borrowing MessageHead, _ arena: UnsafePointer<UInt8>, _ named: inout FieldIDSet,
    isTrailers: Bool = false
  ) {
    let all = head.fields.span
    for i in all.indices {
      let field = all[i]
      if field.isRemoved { continue }
      var flags = field.isNeverIndexed ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
      if field.id == .other {
        // Names from HTTP/1 may be in upper case: nghttp2 copies those, and makes them lower.
        let isLowercase = head.version == .http2 || head.bytes(of: field.name).isLowercase
        if !GRPCMetadata.mayBeIndexed(head.bytes(of: field.name), head.bytes(of: field.value)) {
          flags = NGHTTP2_NV_FLAG_NO_INDEX
        }
        unsafe add(
          arena + field.name.start, Int(field.name.count), arena + field.value.start, Int(field.value.count),
          flags.rawValue, keepsName: isLowercase)
        continue
      }
      if field.id.isLeftOutInHTTP2 || isTrailers && field.id.isForbiddenInTrailers { continue }
      if field.id == .te {
        if head.bytes(of: field.value).listContains("trailers") { unsafe add("te", "trailers") }
        continue
      }
      if !GRPCMetadata.mayBeIndexed(field.id, head.bytes(of: field.value)) {
        flags = NGHTTP2_NV_FLAG_NO_INDEX
      } else if field.id.isUnique {
        // Once with its value, so that the table has its name.
        if named.contains(field.id) { flags = NGHTTP2_NV_FLAG_NO_INDEX } else { named.insert(field.id) }
      }
      unsafe add(field.id.name, arena + field.value.start, Int(field.value.count), flags)
    }
  }

  @unsafe
  private mutating func add(_ name: StaticString, _ value: StaticString) {
    // SAFETY: static text lives for ever.
    unsafe add(name, value.utf8Start, value.utf8CodeUnitCount)
  }

  @unsafe
  private mutating func add(
    _ name: StaticString, _ value: UnsafePointer<UInt8>, _ count: Int,
    _ flags: nghttp2_nv_flag = NGHTTP2_NV_FLAG_NONE
  ) {
    // SAFETY: static text lives for ever.
    unsafe add(name.utf8Start, name.utf8CodeUnitCount, value, count, flags.rawValue, keepsName: true)
  }

  @unsafe @inline(__always)
  private mutating func add(
    _ name: UnsafePointer<UInt8>, _ nameCount: Int, _ value: UnsafePointer<UInt8>, _ valueCount: Int,
    _ flags: UInt32, keepsName: Bool
  ) {
    precondition(count < capacity)
    let kept =
      NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue | (keepsName ? NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue : 0)
    // SAFETY: there is room; nghttp2 only reads what it does not copy.
    unsafe fields.advanced(by: count).initialize(
      to: nghttp2_nv(
        name: UnsafeMutablePointer(mutating: name), value: UnsafeMutablePointer(mutating: value),
        namelen: nameCount, valuelen: valueCount, flags: UInt8(truncatingIfNeeded: flags | kept)))
    count &+= 1
  }

  /// Where a buffer's bytes are; somewhere that must not be read where it is empty.
  @unsafe
  private static func address(_ buffer: borrowing ByteBuffer) -> UnsafePointer<UInt8> {
    // SAFETY: the callers hold the buffer, unchanged, for longer than the address.
    unsafe buffer.bytes.withUnsafeBufferPointer { unsafe $0.baseAddress.unsafelyUnwrapped }
  }
}
