import Telemetry
import Testing

/// A line that never reached the disk is not passed over in silence.
@Suite struct AccessLogLossTests {
  @Test func linesLostToAFullDiskAreCounted() throws {
    let origin = Origin(body: "ok")
    let writer = try AccessLogWriter(path: "/dev/full", workers: 1)
    let proxy = try TestProxy(
      to: origin.port, accessLog: (writer: writer, format: try AccessLogFormat("%REQ(:PATH)%")))
    // The worker learns of it in a later turn.
    let isCounted = try eventually {
      _ = try proxy.get()
      return proxy.metrics[.accessLogDropped] > 0
    }
    #expect(isCounted)
  }
}
