import HTTP
import HTTPInvariants

/// libFuzzer's entry: any bytes as what an upstream sends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponses(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  Invariants.check(bytes, role: .client)
  return 0
}
