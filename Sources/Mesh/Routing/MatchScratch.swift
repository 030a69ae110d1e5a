internal import CPCRE2
internal import Primitives

/// What matching needs to write to: one for each worker, used for every lookup and never shared, so that a lookup
/// allocates nothing.
@safe
public struct MatchScratch: ~Copyable {
  /// Back-tracking steps of one regular expression (PCRE2's match limit). A pattern that needs more on some input,
  /// which takes about a millisecond, does not match it.
  public static let matchLimit: UInt32 = 50_000
  /// KiB of heap that one match may take where it is interpreted.
  public static let heapLimit: UInt32 = 256

  /// Values that are not contiguous in the message: decoded query parameters, fields that are given several times.
  var text = ByteBuffer()
  // SAFETY: created in `init`, freed in `deinit`, used by this value alone.
  private let data: OpaquePointer
  private let context: OpaquePointer

  public init() {
    // SAFETY: sizes are constants; nil only where memory has run out, which ends the process as any allocation does.
    unsafe data = pcre2_match_data_create_8(1, nil)!
    unsafe context = pcre2_match_context_create_8(nil)!
    _ = unsafe pcre2_set_match_limit_8(context, Self.matchLimit)
    _ = unsafe pcre2_set_heap_limit_8(context, Self.heapLimit)
  }

  deinit {
    // SAFETY: see above.
    unsafe pcre2_match_data_free_8(data)
    unsafe pcre2_match_context_free_8(context)
  }

  @unsafe
  mutating func run(
    _ code: OpaquePointer, _ subject: UnsafePointer<UInt8>, _ count: Int, _ whenExceeded: Bool
  ) -> Bool {
    // SAFETY: the caller holds the code and the subject; 0 means that the one pair of offsets did not hold all groups.
    let result = unsafe pcre2_match_8(code, subject, count, 0, 0, data, context)
    return result >= 0 || whenExceeded && result != PCRE2_ERROR_NOMATCH
  }
}
