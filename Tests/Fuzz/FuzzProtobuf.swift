import TextInvariants

/// libFuzzer's entry: any bytes as a message of protocol buffers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProtobuf(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  ProtobufInvariants.check(bytes)
  return 0
}
