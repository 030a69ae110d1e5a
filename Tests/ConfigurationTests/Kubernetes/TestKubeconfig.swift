import Glibc
import Testing

/// Files that tests write, for the time of a call.
enum TestKubeconfig {
  /// A cluster that nobody asks.
  static let nowhere =
    "{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: \"http://127.0.0.1:1\"}}]}"

  /// Calls with the path of such a file.
  static func with<Result>(_ text: String = nowhere, _ body: (String) throws -> Result) rethrows -> Result {
    let path = "/tmp/apus-kubeconfig-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    write(text, path)
    defer { unsafe unlink(path) }
    return try body(path)
  }

  static func write(_ text: String, _ path: String) {
    let bytes = Array(text.utf8)
    // SAFETY: the path and the bytes outlive the calls.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }
}
