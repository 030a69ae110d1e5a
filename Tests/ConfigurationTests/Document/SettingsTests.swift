import HTTP
import Mesh
import Policy
import Primitives
import Telemetry
import Testing

@testable import Configuration

@Suite struct SettingsTests {
  @Test func defaultsNeedOneLine() throws {
    let loaded = load(service)
    #expect(loaded.diagnostics == [])
    let snapshot = try #require(loaded.snapshot)
    #expect(snapshot.listeners.map(\.address.description) == ["0.0.0.0:8080"])
    #expect(snapshot.settings.admin?.description == "127.0.0.1:9901")
    #expect((snapshot.settings.workers ?? 0) >= 1)
    #expect(snapshot.settings.timeouts.drain == .seconds(30))
    #expect(snapshot.settings.accessLog.destination == .none)
    #expect(snapshot.routes.rules.count == 1)
    #expect(loaded.log == LogSettings())
  }

  @Test func everySetting() throws {
    let loaded = load(
      """
      workers: 3
      admin: {address: "off"}
      node: {service: checkout, id: "${ID}", zone: eu}
      timeouts: {head: 1s, request: 2s, backendRequest: 1500ms, connect: 3s, exchangeIdle: 4s, downstreamIdle: 5s,
        upstreamIdle: 6s, tunnelIdle: 7s, lingeringClose: 8s, body: 9s}
      limits: {startLine: 4KiB, headerBytes: 16KiB, headerCount: 50, chunkLine: 128, chunkExtensions: 1KiB,
        trailerBytes: 2KiB, trailerCount: 4, informational: 2, underscores: drop, unsafeTargetBytes: true,
        bufferSize: 32KiB, replayBound: 1MiB, bodyRate: 2KiB, loops: 3}
      tracing: {propagation: [b3, jaeger], sampling: 0.5%}
      accessLog: {path: /var/log/apus, format: "%PROTOCOL%"}
      log: {level: debug, format: json}
      drain: 1m30s

      """ + service, environment: ["ID": "7"])
    #expect(loaded.diagnostics == [])
    let settings = try #require(loaded.snapshot).settings
    #expect(settings.workers == 3)
    #expect(settings.admin == nil)
    #expect(settings.node.service == "checkout" && settings.node.id == "7" && settings.node.zone == "eu")
    let times = settings.timeouts
    #expect([times.head, times.request, times.connect].map(\.milliseconds) == [1_000, 2_000, 3_000])
    #expect(
      [times.perTry, times.exchangeIdle, times.downstreamIdle].map(\.milliseconds) == [1_500, 4_000, 5_000])
    #expect(
      [times.upstreamIdle, times.tunnelIdle, times.lingeringClose].map(\.milliseconds) == [
        6_000, 7_000, 8_000,
      ])
    #expect(times.drain == .seconds(90))
    let limits = settings.limits
    #expect([limits.startLine, limits.headerBytes, limits.headerCount] == [4_096, 16_384, 50])
    #expect([limits.chunkLine, limits.chunkExtensions, limits.trailerBytes] == [128, 1_024, 2_048])
    #expect([limits.trailerCount, limits.informational] == [4, 2])
    #expect(limits.underscores == .drop && limits.allowsUnsafeTargetBytes)
    #expect(settings.bufferSize == 32_768 && settings.replayBound == 1_048_576)
    #expect(settings.bodyRate == 2_048 && settings.loops == 3 && times.body == .seconds(9))
    #expect(settings.tracing.propagation == [.b3, .jaeger] && settings.tracing.sampling == 0.005)
    #expect(
      settings.accessLog == AccessLogSettings(destination: .file(path: "/var/log/apus"), format: "%PROTOCOL%")
    )
    #expect(loaded.log.level == .debug && loaded.log.format == .json)
  }

  @Test func accessLogPaths() throws {
    let cases: [(String, AccessLogSettings.Destination)] = [
      ("{}", .standardOutput), ("{path: stdout}", .standardOutput), ("{path: stderr}", .standardError),
      ("{path: off}", .none), ("{path: a.log}", .file(path: "a.log")),
    ]
    for (block, destination) in cases {
      #expect(load("accessLog: \(block)\n" + service).snapshot?.settings.accessLog.destination == destination)
    }
  }

  @Test func mistakesAreNamed() {
    let cases: [(String, [String])] = [
      ("workers: many", ["f:1:10: workers: expected `auto` or a whole number, found the string \"many\""]),
      ("workers: 0", ["f:1:10: workers: 0 is out of range (valid: 1 to 1024)"]),
      ("workers: 1.5", ["f:1:10: workers: expected a whole number, found the number 1.5"]),
      ("admin: 9901", ["f:1:8: admin: expected a map, found the number 9901"]),
      (
        "admin: {adress: \":1\"}",
        ["f:1:9: admin: unknown field `adress` (did you mean `address`? valid: address)"]
      ),
      (
        "drain: 30",
        [
          "f:1:8: drain: expected a duration such as 25ms, 3s or 1m30s, found the number 30 (did you mean `30s`?)"
        ]
      ),
      ("drain: 2h", ["f:1:8: drain: 2h is out of range (valid: 0s to 1h)"]),
      ("node: {zone: 1}", ["f:1:14: node.zone: expected a string, found the number 1 (quote it: \"1\")"]),
      (
        "tracing: {propagation: [w3c, b4], sampling: 0.1}",
        [
          "f:1:30: tracing.propagation[1]: unknown format `b4` (did you mean `b3`? valid: w3c, b3, b3multi, jaeger)",
          "f:1:45: tracing.sampling: expected a percentage such as 10% or 0.5%, found the number 0.1",
        ]
      ),
      ("tracing: {otlp: http://x}", ["f:1:11: tracing.otlp: `otlp` is not supported yet by this version"]),
      (
        "accessLog: {format: jsn}",
        [
          "f:1:21: accessLog.format: unknown format `jsn`, and no format string: it holds no % (did you mean `json`? valid: json, text)"
        ]
      ),
      ("accessLog: {path: /etc}", ["f:1:19: accessLog.path: `/etc` is a directory"]),
      ("accessLog: {path: /etc/passwd/log}", ["f:1:19: accessLog.path: `/etc/passwd/log` is below a file"]),
      (
        "limits: {bufferSize: 1KiB}",
        ["f:1:22: limits.bufferSize: 1KiB is out of range (valid: 4KiB to 64MiB)"]
      ),
      (
        "timeouts: {request: 1s, backendRequest: 2s}",
        [
          "f:1:41: timeouts.backendRequest: `backendRequest` (2s) must not be longer than `request` (1s), which includes every attempt"
        ]
      ),
      ("xds: {}", ["f:1:1: xds: `xds` is not supported yet by this version"]),
      (
        "log: {level: warn}",
        [
          "f:1:14: log.level: unknown value `warn` (did you mean `warning`? valid: error, warning, info, debug)"
        ]
      ),
    ]
    for (text, expected) in cases { #expect(diagnostics(text + "\n" + service) == expected, "\(text)") }
  }

  @Test func badFormatStringsSayWhere() {
    let found = diagnostics("accessLog: {format: 'x %NOPE% y'}\n" + service)
    #expect(
      found.count == 1
        && found[0].hasPrefix(
          "f:1:21: accessLog.format: unknown operator %NOPE%, at byte 3 of the format (valid: ")
    )
  }

  @Test func everyFaultOfAFormatIsSaid() {
    let format = "%START_TME% %REQ(:PATH% 50% of %UPSTREAM_CLUSTR% %START_TIME(%Y %m)% %DURATION"
    let found = diagnostics("accessLog: {format: '\(format)'}\n" + service)
    let places = [
      "unknown operator %START_TME%, at byte 1 ", "wrong form of the operator %REQ(:PATH%, at byte 13 ",
      "a % without its closing % (write %% for a percent sign), at byte 27 ",
      "unknown operator %UPSTREAM_CLUSTR%, at byte 32 ",
      "wrong form of the operator %START_TIME(%Y %m)%, at byte 50 ",
      "a % without its closing % (write %% for a percent sign), at byte 70 ",
    ]
    #expect(found.count == places.count)
    for (message, place) in zip(found, places) {
      #expect(message.hasPrefix("f:1:21: accessLog.format: \(place)"))
    }
    #expect(found.count { $0.contains("valid: ") } == 1)
    #expect(found[3].hasSuffix(" (did you mean `UPSTREAM_CLUSTER`?)"))
  }

  @Test func almostDurationsAndSizesAreUnderstood() {
    let cases: [(String, String?)] = [
      ("drain: 30", "30s"), ("drain: 30 seconds", "30s"), ("drain: 5min", "5m"), ("drain: 20 ms", "20ms"),
      ("drain: soon", nil), ("limits: {bufferSize: 64k}", "64KiB"), ("limits: {bufferSize: 64 kB}", "64KiB"),
      ("limits: {bufferSize: 8Mib}", "8MiB"), ("limits: {bufferSize: 64 gallons}", nil),
      ("tracing: {sampling: 10}", "10%"), ("tracing: {sampling: lots}", nil),
    ]
    for (text, meant) in cases {
      let found = diagnostics(text + "\n" + service)
      #expect(found.count == 1)
      #expect(found[0].contains("did you mean") == (meant != nil), "\(found)")
      if let meant { #expect(found[0].hasSuffix("(did you mean `\(meant)`?)"), "\(found)") }
    }
  }
}
