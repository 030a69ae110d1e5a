internal import Glibc

/// Finds `configs/demo.yaml`: in the working directory, else in one of the folders above the program, which
/// stands in `.build/…/release` of a checkout.
enum DemoFile {
  static let name = "configs/demo.yaml"

  static func find() -> String? {
    if isReadable(name) { return name }
    var folder = program()[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      let candidate = "\(folder)/\(name)"
      if isReadable(candidate) { return candidate }
    }
    return nil
  }

  // SAFETY: access(2) reads the path up to its NUL, which Swift appends.
  private static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// The path of this program's file; empty where /proc is not there.
  private static func program() -> String {
    var path = [CChar](repeating: 0, count: 4096)
    // SAFETY: readlink(2) writes at most the array's size.
    let count = unsafe path.withUnsafeMutableBufferPointer { buffer in
      unsafe readlink("/proc/self/exe", buffer.baseAddress!, buffer.count)
    }
    return count > 0 ? String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
  }
}
