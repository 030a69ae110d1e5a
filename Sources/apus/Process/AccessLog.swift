internal import Mesh
internal import Primitives
internal import Telemetry

/// The access log as the configuration wants it: its writer's thread and its format.
struct AccessLog {
  let writer: AccessLogWriter
  let format: AccessLogFormat

  /// Nil where none is wanted.
  static func open(_ settings: AccessLogSettings, workers: Int) throws(StartError) -> AccessLog? {
    let path: String
    switch settings.destination {
    case .none: return nil
    case .standardOutput: path = "stdout"
    case .standardError: path = "stderr"
    case .file(let file): path = file
    }
    let format: AccessLogFormat
    do throws(AccessLogFormatError) { format = try AccessLogFormat(settings.format) } catch {
      throw StartError("accessLog.format: \(error)")
    }
    do throws(AccessLogWriter.Failure) {
      return AccessLog(writer: try AccessLogWriter(path: path, workers: workers), format: format)
    } catch {
      throw StartError("the access log cannot be written to \(path): \(error)")
    }
  }
}
