internal import CNghttp2

/// libnghttp2, which frames HTTP/2.
public enum HTTP2Library {
  /// Of the library that the process has loaded: `nghttp2 1.52.0`.
  public static var version: String {
    // SAFETY: static data of the library's; it is never nil for version 0.
    guard let info = unsafe nghttp2_version(0) else { return "nghttp2" }
    return unsafe "nghttp2 \(String(cString: info.pointee.version_str))"
  }
}
