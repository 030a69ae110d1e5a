internal import HTTP
internal import Mesh

extension HTTP2Settings {
  /// As a listener or a service has it configured.
  init(_ options: HTTP2Options) {
    self.init()
    maxConcurrentStreams = options.maxConcurrentStreams
    initialStreamWindow = options.streamWindow
    initialConnectionWindow = options.connectionWindow
    maxFrameSize = options.maxFrameSize
    glitchBurst = options.glitchBurst
    glitchRate = options.glitchRate
    maxContinuations = options.maxContinuations
    maxQueuedFrames = options.maxQueuedFrames
    openHeads = options.openHeads
  }
}

extension Service {
  /// What its endpoints speak is found out by ALPN.
  var asksForProtocol: Bool { `protocol` == .auto && tls != nil }
}
