internal import Mesh
internal import Primitives

/// `http2`, of a listener or a service.
enum HTTP2Decoder {
  static func decode(_ parent: Block, ofListener: Bool) -> HTTP2Options {
    var options = HTTP2Options()
    guard let block = parent.block("http2") else { return options }
    let streams = block.integer("maxConcurrentStreams", in: 1...1_000_000)
    let stream = block.size("streamWindow", in: (1 << 10)...(1 << 30))
    // The protocol begins with 65,535 bytes, and a window never shrinks.
    let connection = block.size("connectionWindow", in: (64 << 10)...(1 << 30))
    let frame = block.size("maxFrameSize", in: (16 << 10)...((16 << 20) - 1))
    let narrow = block.integer("narrowStreams", in: 1...1_000_000)
    let burst = block.integer("glitchBurst", in: 1...1_000_000)
    let rate = block.integer("glitchRate", in: 0...1_000_000)
    let continuations = block.integer("maxContinuations", in: 0...1_000)
    let queued = block.integer("maxQueuedFrames", in: 10...1_000_000)
    let heads = block.integer("openHeads", in: 1...1_000)
    let ping = block.duration("pingInterval", in: .zero ... .seconds(86_400))
    let answer = block.duration("pingTimeout", in: .milliseconds(1) ... .seconds(3600))
    block.finish()
    if let streams { options.maxConcurrentStreams = streams.value }
    if let stream { options.streamWindow = stream.value }
    if let connection {
      options.connectionWindow = connection.value
    } else if ofListener {
      options.connectionWindow = max(options.connectionWindow, Self.windowOfAll(options))
    }
    if let frame { options.maxFrameSize = frame.value }
    if let narrow { options.narrowStreams = narrow.value }
    if let heads { options.openHeads = heads.value }
    if !ofListener {
      for (key, value) in [("narrowStreams", narrow), ("openHeads", heads)] where value != nil {
        block.warning(key, "has no effect: it is clients whose requests it bounds")
      }
    }
    if let burst { options.glitchBurst = burst.value }
    if let rate { options.glitchRate = rate.value }
    if let continuations { options.maxContinuations = continuations.value }
    if let queued { options.maxQueuedFrames = queued.value }
    if let ping { options.pingInterval = ping.value }
    if let answer { options.pingTimeout = answer.value }
    if options.connectionWindow < options.streamWindow {
      block.warning(
        connection == nil ? "streamWindow" : "connectionWindow",
        "the connection's window (\(SizeText.format(options.connectionWindow))) is smaller than a stream's (\(SizeText.format(options.streamWindow))): a stream that stalls stalls all others"
      )
    }
    return options
  }

  /// With what all streams of a connection may hold, there is room for more: see `HTTP2Options.connectionWindow`.
  private static func windowOfAll(_ options: HTTP2Options) -> Int {
    min(2 * options.maxConcurrentStreams * options.streamWindow, 1 << 30)
  }
}
