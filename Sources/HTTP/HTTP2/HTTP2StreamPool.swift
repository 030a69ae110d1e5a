/// Spare streams of one worker, and what its sessions need to send heads: shared by all its sessions, so that a warm
/// worker allocates nothing of its own for a stream. Owned by one thread at a time.
@safe
public final class HTTP2StreamPool {
  /// Bytes of memory that spare streams keep altogether, so that it is back after a rush.
  private static let memoryLimit = 4 << 20
  private static let countLimit = 2048

  /// Spare streams that `shrink` leaves, however long they are not used.
  private static let warmCount = 64

  // SAFETY: each counts once as long as it is here, or with the session that took it.
  private var spare: [Unmanaged<HTTP2Stream>] = unsafe []
  private var held = 0
  /// The fewest that were spare since the last `shrink`: so many were not needed.
  private var fewest = 0
  private var spareHeads: [HTTP2SpareHead] = []
  var list = HTTP2HeaderList()
  /// What a session makes of its input, until the next one reads.
  var run = HTTP2DataRun()
  let memory = HTTP2Memory()

  public init() {}

  deinit {
    unsafe spare.forEach { unsafe $0.release() }
  }

  /// A stream that is the taker's until it is `put` back. It is not counted each time that it changes hands.
  @unsafe func take() -> Unmanaged<HTTP2Stream> {
    guard let stream = unsafe spare.popLast() else { return unsafe Unmanaged.passRetained(HTTP2Stream()) }
    held -= unsafe stream._withUnsafeGuaranteedRef { $0.allocated }
    if unsafe spare.count < fewest { fewest = unsafe spare.count }
    return unsafe stream
  }

  /// Whether `shrink` may have something to do.
  public var isLarge: Bool { unsafe spare.count > Self.warmCount }

  /// Gives the memory back of the streams that were spare all the time since the last call, but for a few. Returns how many.
  public func shrink() -> Int {
    let unused = unsafe min(fewest, spare.count - Self.warmCount)
    if unused > 0 {
      unsafe spare.prefix(unused).forEach { stream in
        held -= unsafe stream._withUnsafeGuaranteedRef { $0.allocated }
        unsafe stream.release()
      }
      unsafe spare.removeFirst(unused)
      // Small blocks that lie all over the heap would keep its pages.
      memory.clear()
    }
    fewest = unsafe spare.count
    return max(0, unused)
  }

  func takeHead() -> HTTP2SpareHead { spareHeads.popLast() ?? HTTP2SpareHead() }

  func put(_ head: HTTP2SpareHead) {
    if spareHeads.count >= 16 { return }
    head.head.clear()
    spareHeads.append(head)
  }

  /// Takes a stream back that nobody else holds any more.
  @unsafe func put(_ stream: Unmanaged<HTTP2Stream>) {
    if unsafe spare.count >= Self.countLimit { return unsafe stream.release() }
    held += unsafe stream._withUnsafeGuaranteedRef { stream in
      stream.prepare()
      if held + stream.allocated > Self.memoryLimit { stream.release() }
      return stream.allocated
    }
    unsafe spare.append(stream)
  }
}
