import TextInvariants

/// libFuzzer's entry: any bytes as a bearer token, and as a key set.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokens(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  TokenInvariants.check(bytes)
  return 0
}
