internal import COpenSSL

/// Where libcrypto prints to, or what it reads PEM from.
@safe
package struct MemoryBIO: ~Copyable {
  // SAFETY: made in `init`, owned by this value and freed in `deinit`; nil only where memory has run out, which ends
  // the process as any allocation does.
  package let pointer: OpaquePointer

  /// Empty.
  package init() {
    CryptoLibrary.prepare()
    unsafe pointer = BIO_new(BIO_s_mem())!
  }

  /// Holds a copy of `bytes`.
  package init(_ bytes: Span<UInt8>) {
    self.init()
    // SAFETY: BIO_write copies `count` bytes of the borrowed span.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      if buffer.count > 0 { _ = unsafe BIO_write(pointer, buffer.baseAddress, Int32(buffer.count)) }
    }
  }

  deinit {
    // SAFETY: see `pointer`.
    unsafe BIO_free(pointer)
  }

  /// Takes everything that was written.
  package func takeBytes() -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1024)
    while true {
      // SAFETY: BIO_read writes no more than the chunk's size.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe BIO_read(pointer, $0.baseAddress, Int32($0.count))
      }
      if count <= 0 { return all }
      all += chunk[..<Int(count)]
    }
  }

  package func takeText() -> String { String(decoding: takeBytes(), as: UTF8.self) }
}
