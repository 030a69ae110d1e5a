import TextInvariants

/// libFuzzer's entry: any bytes as JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  JSONInvariants.check(bytes)
  return 0
}
