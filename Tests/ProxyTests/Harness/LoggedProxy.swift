import Glibc
import Primitives
import Synchronization
import Telemetry

/// A proxy whose access log goes through the real writer to a file of its own.
final class LoggedProxy: Sendable {
  let proxy: TestProxy
  private let writer: AccessLogWriter
  private let path: String

  /// - Parameters:
  ///   - format: `json`, `text` or a format string.
  ///   - make: makes the proxy with this log.
  init(
    format: String, _ make: ((writer: AccessLogWriter, format: AccessLogFormat)) throws -> TestProxy
  ) throws {
    path = "/tmp/apus-test-\(getpid())-\(UInt64.random(in: .min ... .max)).log"
    writer = try AccessLogWriter(path: path, workers: 2)
    proxy = try make((writer, try AccessLogFormat(format)))
  }

  /// Ends the proxy and gives all lines that it has written.
  func end() -> [String] {
    proxy.end()
    guard writer.stop(within: .seconds(10)) else { return ["the writer did not end"] }
    defer { unsafe unlink(path) }
    guard let file = unsafe fopen(path, "r") else { return [] }
    defer { unsafe _ = fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return bytes[..<count].split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
  }
}
