internal import Mesh
internal import Policy
internal import Primitives
internal import Telemetry

/// Everything outside `listeners`, `routes` and `services`.
struct SettingsDecoder {
  private static let day = Interval.seconds(86_400)
  private let root: Block

  init(_ root: Block) { self.root = root }

  func decode(into document: inout ConfigurationDocument) {
    workers(&document.settings)
    admin(&document)
    node(&document.settings.node)
    timeouts(&document.settings.timeouts)
    LimitsDecoder.decode(root, into: &document.settings)
    DNSDecoder.decode(root, into: &document.settings.dns)
    tracing(&document.settings.tracing)
    accessLog(&document.settings.accessLog)
    log(&document.log)
    if let drain = root.duration("drain", in: .zero...Interval.seconds(3600)) {
      document.settings.timeouts.drain = drain.value
    }
    if let file = root.string("lastGood") {
      if file.value.isEmpty { root.context.error(file, "must be a file's path") }
      document.settings.lastGood = file.value
    }
    document.settings.etcd = EtcdDecoder.decode(root, zone: document.settings.node.zone)
    if let value = root.boolean("coreDumps") { document.settings.coreDumps = value.value }
  }

  private func workers(_ settings: inout MeshSettings) {
    guard let node = root.node("workers") else { return }
    if case .scalar(let scalar) = node.content, scalar.text == "auto" { return }
    if case .scalar(let scalar) = node.content, scalar.kind == .string, !scalar.isExpanded {
      let shown = scalar.text.shortened
      return root.error("workers", "expected `auto` or a whole number, found the string \"\(shown)\"")
    }
    settings.workers = root.context.integer(node, "workers", in: 1...1024)?.value
  }

  private func admin(_ document: inout ConfigurationDocument) {
    guard let block = root.block("admin", bare: "address") else {
      if !root.has("admin") { document.settings.admin = .v4(address: 0x7F00_0001, port: 9901) }
      return
    }
    document.settings.admin = .v4(address: 0x7F00_0001, port: 9901)
    if let text = block.string("address") {
      document.admin = text
      document.settings.admin = text.value == "off" ? nil : block.context.listenAddress(text)?.value
    }
    block.finish()
  }

  private func node(_ node: inout NodeSettings) {
    guard let block = root.block("node") else { return }
    node.service = block.string("service")?.value ?? ""
    node.id = block.string("id")?.value ?? ""
    node.zone = block.string("zone")?.value ?? ""
    block.finish()
  }

  private func timeouts(_ timeouts: inout Timeouts) {
    guard let block = root.block("timeouts") else { return }
    func set(_ key: String, _ field: WritableKeyPath<Timeouts, Interval>, from least: Interval = .zero) {
      if let value = block.duration(key, in: least...Self.day) { timeouts[keyPath: field] = value.value }
    }
    set("head", \.head, from: .milliseconds(1))
    set("body", \.body)
    set("request", \.request)
    set("backendRequest", \.perTry)
    set("connect", \.connect, from: .milliseconds(1))
    set("exchangeIdle", \.exchangeIdle)
    set("downstreamIdle", \.downstreamIdle, from: .milliseconds(1))
    set("upstreamIdle", \.upstreamIdle)
    set("tunnelIdle", \.tunnelIdle)
    set("lingeringClose", \.lingeringClose)
    set("discovery", \.discovery)
    block.finish()
    if timeouts.request > .zero, timeouts.perTry > timeouts.request {
      let key = block.has("backendRequest") ? "backendRequest" : "request"
      block.error(
        key,
        "`backendRequest` (\(DurationText.format(timeouts.perTry))) must not be longer than `request` (\(DurationText.format(timeouts.request))), which includes every attempt"
      )
    }
  }

  private func tracing(_ tracing: inout TracingSettings) {
    guard let block = root.block("tracing") else { return }
    let formats: KeyValuePairs<String, TracePropagation> = [
      "w3c": .w3c, "b3": .b3, "b3multi": .b3Multi, "jaeger": .jaeger,
    ]
    if block.has("propagation") {
      tracing.propagation = []
      for format in block.strings("propagation") {
        if let found = formats.first(where: { $0.key == format.value }) {
          tracing.propagation.insert(found.value)
        } else {
          let hint = root.context.hint(for: format.value, among: formats.map(\.key))
          block.context.error(format, "unknown format `\(format.value.shortened)`\(hint)")
        }
      }
    } else {
      _ = block.node("propagation")
    }
    if let sampling = block.percent("sampling") { tracing.sampling = sampling.value }
    block.refuse(["otlp", "zipkin"])
    block.finish()
  }

  private func accessLog(_ log: inout AccessLogSettings) {
    guard let block = root.block("accessLog") else { return }
    let path = block.string("path")
    switch path?.value ?? "stdout" {
    case "stdout": log.destination = .standardOutput
    case "stderr": log.destination = .standardError
    case "off": log.destination = .none
    case let file:
      log.destination = .file(path: file)
      if let path, let fault = AccessLogTarget.fault(of: file) {
        block.context.error(path, "`\(file.shortened)` \(fault)")
      }
    }
    if let path, path.value.isEmpty {
      block.context.error(path, "must not be empty (valid: stdout, stderr, off, a file)")
    }
    if let format = block.string("format") {
      log.format = format.value
      check(format)
    }
    block.finish()
  }

  private func check(_ format: Located<String>) {
    if !format.value.contains("%"), format.value != "json", format.value != "text" {
      let hint = root.context.hint(for: format.value, among: ["json", "text"])
      root.context.error(
        format, "unknown format `\(format.value.shortened)`, and no format string: it holds no %\(hint)")
      return
    }
    var isListed = false
    for fault in AccessLogFormat.faults(in: format.value) {
      var hint = ""
      if let word = fault.unknown {
        let names = AccessLogFormat.operators
        let plain = names.map { String($0.prefix { $0 != "(" }) }
        // The list is long, and is given once.
        hint = root.context.hint(for: word, among: plain, shown: isListed ? [] : names)
        isListed = true
      }
      root.context.error(format, "\(fault.description), at byte \(fault.offset + 1) of the format\(hint)")
    }
  }

  private func log(_ log: inout LogSettings) {
    guard let block = root.block("log") else { return }
    let levels: KeyValuePairs<String, LogLevel> = [
      "error": .error, "warning": .warning, "info": .info, "debug": .debug,
    ]
    if let level = block.choice("level", levels) { log.level = level.value }
    if let format = block.choice("format", ["text": LogFormat.text, "json": .json]) {
      log.format = format.value
    }
    block.finish()
  }
}
