/// libFuzzer's entry: any bytes as records of TLS. It is compiled with `TLSRecord` in one module, without OpenSSL.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSRecords(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  // SAFETY: libFuzzer promises `count` readable bytes.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  check(bytes)
  return 0
}

private func check(_ bytes: [UInt8]) {
  let whole = TLSRecord.whole(bytes.span)
  precondition(whole >= 0 && whole <= bytes.count)
  // What is whole stays so, whatever follows, and nothing behind it is whole.
  precondition(TLSRecord.whole(bytes.span.extracting(..<whole)) == whole)
  if whole == bytes.count { return }
  precondition(TLSRecord.whole(bytes.span.extracting(whole...)) == 0)
  // What is held back until more comes is less than a record.
  precondition(bytes.count - whole < TLSRecord.mostSize)
  // In two pieces it is the same: the first one's rest stands before the second.
  for cut in [bytes.count / 3, bytes.count / 2] {
    let first = TLSRecord.whole(bytes.span.extracting(..<cut))
    precondition(first <= cut && first <= whole)
    precondition(first + TLSRecord.whole(bytes.span.extracting(first...)) == whole)
  }
}
