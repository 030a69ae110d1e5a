internal import HTTP
internal import Mesh

/// `limits`: what a peer may send, and how much of it is held.
enum LimitsDecoder {
  static func decode(_ root: Block, into settings: inout MeshSettings) {
    guard let block = root.block("limits") else { return }
    func size(_ key: String, _ field: WritableKeyPath<HTTPLimits, Int>, _ range: ClosedRange<Int>) {
      if let value = block.size(key, in: range) { settings.limits[keyPath: field] = value.value }
    }
    func count(_ key: String, _ field: WritableKeyPath<HTTPLimits, Int>, _ range: ClosedRange<Int>) {
      if let value = block.integer(key, in: range) { settings.limits[keyPath: field] = value.value }
    }
    size("startLine", \.startLine, 64...(1 << 20))
    size("headerBytes", \.headerBytes, 256...(16 << 20))
    count("headerCount", \.headerCount, 1...10_000)
    size("chunkLine", \.chunkLine, 16...(64 << 10))
    size("chunkExtensions", \.chunkExtensions, 0...(16 << 20))
    size("trailerBytes", \.trailerBytes, 0...(1 << 20))
    count("trailerCount", \.trailerCount, 0...1_000)
    count("informational", \.informational, 0...1_000)
    let policies: KeyValuePairs<String, UnderscorePolicy> = [
      "allow": .allow, "dropAliases": .dropAliases, "drop": .drop, "refuse": .refuse,
    ]
    if let policy = block.choice("underscores", policies) { settings.limits.underscores = policy.value }
    if let value = block.boolean("unsafeTargetBytes") {
      settings.limits.allowsUnsafeTargetBytes = value.value
    }
    if let value = block.size("bufferSize", in: (4 << 10)...(64 << 20)) { settings.bufferSize = value.value }
    if let value = block.size("replayBound", in: 0...(64 << 20)) { settings.replayBound = value.value }
    if let value = block.size("bodyRate", in: 0...(1 << 30)) { settings.bodyRate = value.value }
    if let value = block.integer("loops", in: 0...100) { settings.loops = value.value }
    if let value = block.integer("handshakes", in: 1...1_000_000) { settings.handshakes = value.value }
    block.finish()
  }
}
