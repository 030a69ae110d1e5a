import HTTP
import HTTPInvariants

/// libFuzzer's entry: any bytes as a body of gRPC-Web.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGRPCWeb(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  GRPCWebInvariants.check(bytes)
  return 0
}
