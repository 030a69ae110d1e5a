internal import CNghttp2
internal import Glibc

/// Memory for what nghttp2 allocates: some nine small blocks a stream and its heads, given out again and again without a
/// trip through malloc, whose own caches hold only seven of a size.
///
/// One worker's, for all its sessions. What lies spare is bounded, so that memory is back after a rush.
@safe
final class HTTP2Memory {
  private static let step = 32
  private static let classes = 16
  /// In front of each block: its class. As large as malloc's alignment.
  private static let header = 16
  private static let spareLimit = 1 << 20

  // SAFETY: each is a chain of blocks that nobody uses: where the block's content was stands the next one's address.
  private var spare = unsafe InlineArray<16, UnsafeMutableRawPointer?>(repeating: nil)
  private var spareBytes = 0

  init() {}

  deinit { clear() }

  /// Gives what lies spare back.
  func clear() {
    for index in 0..<Self.classes {
      // SAFETY: a block of ours begins with its header.
      while let block = unsafe pop(index) { unsafe free(block - Self.header) }
    }
  }

  /// What a session is made with; it may outlive neither this object nor its thread.
  @unsafe var functions: nghttp2_mem {
    // SAFETY: the session that gets it holds this object.
    unsafe nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, owner in unsafe HTTP2Memory.with(owner) { unsafe $0.take(size) } },
      free: { block, owner in unsafe HTTP2Memory.with(owner) { unsafe $0.give(block) } },
      calloc: { count, size, owner in
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        if overflow { return nil }
        let block = unsafe HTTP2Memory.with(owner) { unsafe $0.take(bytes) }
        if let block = unsafe block { unsafe memset(block, 0, bytes) }
        return unsafe block
      },
      realloc: { block, size, owner in unsafe HTTP2Memory.with(owner) { unsafe $0.resize(block, size) } })
  }

  private static func with<Result>(
    _ owner: UnsafeMutableRawPointer?, _ body: (HTTP2Memory) -> Result
  ) -> Result {
    // SAFETY: see `functions`.
    unsafe Unmanaged<HTTP2Memory>.fromOpaque(owner!)._withUnsafeGuaranteedRef(body)
  }

  @unsafe
  @inline(__always)
  private func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let index = max(0, (size &- 1) / Self.step)
    if index < Self.classes, let block = unsafe pop(index) { return unsafe block }
    let room = index < Self.classes ? (index &+ 1) &* Self.step : size
    // SAFETY: the header is ours, and the rest is what was asked for.
    guard let base = unsafe malloc(Self.header &+ room) else { return nil }
    unsafe base.storeBytes(of: min(index, Self.classes), as: Int.self)
    return unsafe base + Self.header
  }

  @unsafe
  @inline(__always)
  private func give(_ block: UnsafeMutableRawPointer?) {
    guard let block = unsafe block else { return }
    let index = unsafe Self.index(of: block)
    let room = (index &+ 1) &* Self.step
    if index == Self.classes || spareBytes &+ room > Self.spareLimit {
      return unsafe free(block - Self.header)
    }
    spareBytes &+= room
    unsafe block.storeBytes(of: spare[index], as: UnsafeMutableRawPointer?.self)
    unsafe spare[index] = block
  }

  @unsafe
  private func resize(_ block: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return unsafe take(size) }
    let index = unsafe Self.index(of: block)
    if index == Self.classes {
      // SAFETY: it begins with the header, and stays of no class: large blocks only grow.
      guard let base = unsafe realloc(block - Self.header, Self.header &+ max(size, 1)) else { return nil }
      return unsafe base + Self.header
    }
    let room = (index &+ 1) &* Self.step
    if size <= room { return unsafe block }
    guard let larger = unsafe take(size) else { return nil }
    unsafe memcpy(larger, block, room)
    unsafe give(block)
    return unsafe larger
  }

  @unsafe
  private func pop(_ index: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe spare[index] else { return nil }
    // SAFETY: see `spare`.
    unsafe spare[index] = block.load(as: UnsafeMutableRawPointer?.self)
    spareBytes &-= (index &+ 1) &* Self.step
    return unsafe block
  }

  private static func index(of block: UnsafeMutableRawPointer) -> Int {
    // SAFETY: `take` wrote it.
    unsafe (block - header).load(as: Int.self)
  }
}
