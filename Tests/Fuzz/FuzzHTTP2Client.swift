import HTTP
import HTTPInvariants

/// libFuzzer's entry: any bytes as what an endpoint sends on an HTTP/2 connection.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP2Client(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  HTTP2Invariants.check(bytes, role: .client)
  return 0
}
