internal import CPCRE2

/// A regular expression in PCRE2's syntax that must match the whole of what it is given, byte by byte (no UTF mode:
/// what arrives may be no UTF-8). Compiled to machine code where the system lets it be. Immutable and thread-safe.
@safe
public final class RegularExpression: Sendable {
  /// Why a pattern does not compile.
  public struct Failure: Error, Equatable {
    /// Bytes into the pattern.
    public var offset: Int
    public var message: String
  }

  /// Bytes of a pattern.
  public static let maximumLength = 4096

  public let pattern: String
  // SAFETY: compiled in `init`, never changed after, freed in `deinit`; pcre2_match only reads it.
  nonisolated(unsafe) private let code: OpaquePointer

  public init(_ pattern: String) throws(Failure) {
    guard pattern.utf8.count <= Self.maximumLength else {
      throw Failure(offset: Self.maximumLength, message: "longer than \(Self.maximumLength) bytes")
    }
    self.pattern = pattern
    var error: Int32 = 0
    var offset = 0
    let options = PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C
    let bytes = Array(pattern.utf8)
    // SAFETY: the pattern's bytes live through the call, the two out-parameters are locals.
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, UInt32(options), &error, &offset, nil)
    }
    guard let compiled = unsafe compiled else { throw Failure(offset: offset, message: Self.message(error)) }
    // Where machine code is forbidden or the pattern does not lend itself to it, the interpreter does the work.
    _ = unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    unsafe code = compiled
  }

  deinit {
    // SAFETY: see `code`.
    unsafe pcre2_code_free_8(code)
  }

  /// Whether all of `bytes` match. A match that exceeds `MatchScratch`'s limits counts as `whenExceeded` says: as none
  /// unless told.
  public func matches(_ bytes: Span<UInt8>, scratch: inout MatchScratch, whenExceeded: Bool = false) -> Bool {
    // SAFETY: code and match data are live, the span is borrowed for the call; the subject is never null.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      if let subject = buffer.baseAddress {
        return unsafe scratch.run(code, subject, buffer.count, whenExceeded)
      }
      var nothing: UInt8 = 0
      return unsafe scratch.run(code, &nothing, 0, whenExceeded)
    }
  }

  private static func message(_ error: Int32) -> String {
    // SAFETY: PCRE2 writes a terminated text of at most the given size, or a negative count.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      let count = unsafe pcre2_get_error_message_8(error, buffer.baseAddress, buffer.count)
      guard count > 0 else { return "not a regular expression" }
      return unsafe String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
    }
  }
}
