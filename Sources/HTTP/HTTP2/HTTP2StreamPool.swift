/// Spare streams of one worker, and what its sessions need to send heads: shared by all its sessions, so that a warm
/// worker allocates nothing of its own for a stream. Owned by one thread at a time.
public final class HTTP2StreamPool {
  /// Bytes of memory that spare streams keep altogether, so that it is back after a rush.
  private static let memoryLimit = 4 << 20
  private static let countLimit = 2048

  /// Spare streams that `shrink` leaves, however long they are not used.
  private static let warmCount = 64

  private var spare: [HTTP2Stream] = []
  private var held = 0
  /// The fewest that were spare since the last `shrink`: so many were not needed.
  private var fewest = 0
  private var spareHeads: [HTTP2SpareHead] = []
  var list = HTTP2HeaderList()
  let memory = HTTP2Memory()

  public init() {}

  func take() -> HTTP2Stream {
    guard let stream = spare.popLast() else { return HTTP2Stream() }
    held -= stream.allocated
    if spare.count < fewest { fewest = spare.count }
    return stream
  }

  /// Whether `shrink` may have something to do.
  public var isLarge: Bool { spare.count > Self.warmCount }

  /// Gives the memory back of the streams that were spare all the time since the last call, but for a few.
  public func shrink() {
    let unused = min(fewest, spare.count - Self.warmCount)
    if unused > 0 {
      for stream in spare.prefix(unused) { held -= stream.allocated }
      spare.removeFirst(unused)
    }
    fewest = spare.count
  }

  func takeHead() -> HTTP2SpareHead { spareHeads.popLast() ?? HTTP2SpareHead() }

  func put(_ head: HTTP2SpareHead) {
    if spareHeads.count >= 16 { return }
    head.head.clear()
    spareHeads.append(head)
  }

  /// Takes a stream back that nobody else holds any more.
  func put(_ stream: HTTP2Stream) {
    if spare.count >= Self.countLimit { return }
    stream.prepare()
    if held + stream.allocated > Self.memoryLimit { stream.release() }
    held += stream.allocated
    spare.append(stream)
  }
}
