public import Primitives
internal import Synchronization

/// The head of a request or a response, or a section of trailers: one arena of bytes, and ranges into it.
///
/// A decoder copies a head as it came into the arena; what is added later goes behind. Ranges stay valid until
/// `clear`. Kept and used again, a head stops allocating once its memory has grown. Owned by one thread at a time.
public struct MessageHead: ~Copyable {
  /// Every byte of the head. Append to it and take ranges of it freely; never consume from it.
  public var arena = ByteBuffer()
  /// All fields in order, the removed ones too: check `isRemoved`.
  public internal(set) var fields = FieldList()
  /// Names that were ever added: what is not in here is surely not in `fields`.
  @usableFromInline internal var present = FieldIDSet()

  public var version = HTTPVersion.http11
  /// How the body is framed towards whoever this head is for; encoders make the framing fields from it.
  public var framing = Framing.none
  /// What Content-Length said in a message that has no body nonetheless (an answer to HEAD, a 304).
  public var declaredLength: UInt64?
  /// The sender keeps the connection open for another message.
  public var persistent = true
  /// Request: the client asks to change protocols; response: 101, the server changes them. `upgrade` is kept.
  public var upgrade = false
  /// Request: `Expect: 100-continue` came, and a body follows.
  public var expectsContinue = false
  /// `Connection` names fields beyond those of the protocol itself; see `ForwardingRules`.
  public internal(set) var connectionNamesFields = false

  // Request
  public var method = Method.other
  public var targetForm = TargetForm.origin
  public var methodName = ByteRange.empty
  /// The target as it was received.
  public var target = ByteRange.empty
  /// The target's path, `*` in the asterisk form. It begins with `/` otherwise.
  public var path = ByteRange.empty
  /// The target's query without its `?`; `hasQuery` tells an empty one from none.
  public var query = ByteRange.empty
  /// Host and port: from an absolute target, else from Host. Empty in HTTP/1.0 without Host.
  public var authority = ByteRange.empty
  /// Of an absolute target; empty otherwise.
  public var scheme = ByteRange.empty
  /// `:protocol` of an extended CONNECT (RFC 8441 §4), whose method is `.connect`. Empty in every other request.
  public var connectProtocol = ByteRange.empty
  /// The path came as a field that no table may hold, and must go on so (RFC 7541, section 6.2.3).
  public internal(set) var isTargetNeverIndexed = false

  // Response
  /// 100 ... 599; 0 in a request.
  public var status = 0
  public var reason = ByteRange.empty

  /// Holds nothing. A type with an atomic in it always stands in memory: so a head that is borrowed is passed by its
  /// address, and not copied onto the stack, all 170 bytes, at each call.
  private let place = Atomic<UInt8>(0)

  public init() {}

  /// A query can only stand behind a method, so its range never begins at 0.
  @inlinable public var hasQuery: Bool { query.offset != 0 }

  /// Nothing was read into it, or written, since it was cleared.
  @inline(__always)
  var isClear: Bool { arena.isEmpty && fields.isEmpty && methodName.isEmpty && status == 0 }

  /// Forgets everything but the memory; gives an arena of more than 64 KiB back.
  public mutating func clear() {
    if arena.allocated > 64 * 1024 { arena.release() } else { arena.clear() }
    fields.clear()
    present = FieldIDSet()
    version = .http11
    framing = .none
    declaredLength = nil
    persistent = true
    upgrade = false
    expectsContinue = false
    connectionNamesFields = false
    method = .other
    targetForm = .origin
    methodName = .empty
    target = .empty
    path = .empty
    query = .empty
    authority = .empty
    scheme = .empty
    connectProtocol = .empty
    isTargetNeverIndexed = false
    status = 0
    reason = .empty
  }

  /// `clear`, and gives all memory back.
  public mutating func release() {
    clear()
    arena.release()
    fields.release()
  }

  /// Makes `other` the same message, in its own memory.
  public func copy(into other: inout MessageHead) {
    other.clear()
    other.arena.append(arena.bytes)
    other.fields.append(contentsOf: fields)
    other.present = present
    other.version = version
    other.framing = framing
    other.declaredLength = declaredLength
    other.persistent = persistent
    other.upgrade = upgrade
    other.expectsContinue = expectsContinue
    other.connectionNamesFields = connectionNamesFields
    other.method = method
    other.targetForm = targetForm
    other.methodName = methodName
    other.target = target
    other.path = path
    other.query = query
    other.authority = authority
    other.scheme = scheme
    other.connectProtocol = connectProtocol
    other.isTargetNeverIndexed = isTargetNeverIndexed
    other.status = status
    other.reason = reason
  }
}
