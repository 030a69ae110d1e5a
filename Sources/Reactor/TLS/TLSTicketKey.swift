internal import COpenSSL
internal import Primitives

/// One key that session tickets are sealed with: its name, which tickets show, and two secrets. Random; wiped when
/// nobody uses it any more. Immutable; any thread.
@safe
final class TLSTicketKey: Sendable {
  let madeAt: MonotonicTime
  // SAFETY: written in `init` only, owned by this object, and freed with it.
  nonisolated(unsafe) private let bytes: UnsafeMutablePointer<UInt8>

  static let nameSize = 16
  static let secretSize = 32
  private static let size = nameSize + 2 * secretSize

  init(now: MonotonicTime) {
    madeAt = now
    unsafe bytes = .allocate(capacity: Self.size)
    // SAFETY: the library fills in what was allocated above.
    let code = unsafe RAND_priv_bytes(bytes, Int32(Self.size))
    precondition(code == 1, "no random numbers")
  }

  deinit {
    unsafe OPENSSL_cleanse(bytes, Self.size)
    unsafe bytes.deallocate()
  }

  // Each is there for as long as this object.
  @unsafe var name: UnsafePointer<UInt8> { unsafe UnsafePointer(bytes) }
  @unsafe var cipher: UnsafePointer<UInt8> { unsafe UnsafePointer(bytes + Self.nameSize) }
  @unsafe var mac: UnsafePointer<UInt8> { unsafe UnsafePointer(bytes + Self.nameSize + Self.secretSize) }

  /// - Parameter other: `nameSize` bytes.
  @unsafe
  func isNamed(_ other: UnsafePointer<UInt8>) -> Bool {
    // SAFETY: both have that many bytes.
    unsafe UnsafeBufferPointer(start: name, count: Self.nameSize)
      .elementsEqual(UnsafeBufferPointer(start: other, count: Self.nameSize))
  }
}
