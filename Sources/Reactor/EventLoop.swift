internal import CLinux
public import Primitives
internal import Synchronization

/// One thread's loop over epoll: wait → mail → ready descriptors → due timers → end of turn.
///
/// Everything but `wake` and `stop` belongs to the thread that calls `run`.
public final class EventLoop {
  /// The time at which this turn began to handle events.
  public private(set) var now: MonotonicTime
  /// Every read of this loop goes through this one buffer: idle connections hold none.
  public let readBuffer: ReadBuffer
  /// Every TLS record of this loop goes through this one. Made on first use.
  public private(set) lazy var tlsWire = TLSWire(capacity: readBuffer.capacity + 2 * TLSRecord.mostSize)
  /// Turns so far.
  public private(set) var turns: UInt64 = 0

  private let poller: Poller
  private var ahead = Interval.zero
  private var timers: TimerWheel
  private var due: [UInt64] = []
  private let waker: Waker
  private var backlog: [Token] = []
  private var resumed: [Token] = []
  private static let wakeToken = Token(kind: 255, slot: 0, generation: 1)

  /// - Parameter readSize: bytes taken from a socket at once.
  /// - Throws: `SystemError` where descriptors have run out.
  public init(readSize: Int = 65536) throws(SystemError) {
    now = Clock.now()
    readBuffer = ReadBuffer(capacity: readSize)
    timers = TimerWheel(now: now)
    poller = try Poller()
    waker = try Waker()
    try poller.add(waker.descriptor, token: Self.wakeToken)
  }

  /// This loop's clock at this moment.
  package var time: MonotonicTime { Clock.now() + ahead }
  /// Sets this loop's clock ahead of the system's, so that tests let hours pass without waiting for them.
  package func skip(_ interval: Interval) { ahead = ahead + interval }

  /// What other threads hold to wake this loop.
  public var remote: Waker { waker }

  /// Reports `token` for everything that happens to `fd`, edge-triggered.
  public func register(_ fd: Int32, token: Token) throws(SystemError) { try poller.add(fd, token: token) }
  /// A registered descriptor is reported under another name from now on; what it is ready for is told again.
  public func rename(_ fd: Int32, token: Token) throws(SystemError) { try poller.modify(fd, token: token) }
  /// For a listening socket that several loops share.
  public func registerShared(_ fd: Int32, token: Token) throws(SystemError) {
    try poller.addShared(fd, token: token)
  }
  /// Closing a descriptor removes it too; this is for those that stay open.
  public func unregister(_ fd: Int32) { poller.remove(fd) }

  /// Calls `timerFired(payload)` at `deadline`, never earlier, up to a millisecond later.
  public func schedule(at deadline: MonotonicTime, _ payload: UInt64) -> TimerWheel.ID {
    timers.schedule(at: deadline, payload)
  }
  public func cancel(_ id: TimerWheel.ID) { timers.cancel(id) }

  /// Reports `token` as readable again next turn: for one that stopped reading before the socket was drained.
  public func continueLater(_ token: Token) { backlog.append(token) }

  /// Runs until `stop`; events go to `handler`.
  public func run(_ handler: some EventHandler) {
    while !waker.isStopped { turn(handler, limit: .distantFuture) }
  }

  /// One turn, waiting no longer than until `limit`.
  public func turn(_ handler: some EventHandler, limit: MonotonicTime) {
    let ready = poller.wait(timeout: waitTime(until: min(limit, timers.nextDeadline)))
    now = time
    turns &+= 1
    // First: what another thread told before a client asked holds for the client.
    if waker.isPending {
      waker.acknowledge()
      handler.woken()
    }
    for index in 0..<ready {
      let (token, readiness) = poller[index]
      if token != Self.wakeToken { handler.ready(token, readiness) }
    }
    if !backlog.isEmpty {
      swap(&backlog, &resumed)
      for token in resumed { handler.ready(token, .readable) }
      resumed.removeAll(keepingCapacity: true)
    }
    if timers.nextDeadline <= now {
      timers.advance(to: now) { due.append($0) }
      for payload in due { handler.timerFired(payload) }
      due.removeAll(keepingCapacity: true)
    }
    handler.turnEnded()
  }

  /// Milliseconds for epoll_wait, rounded up so that a deadline is not met by spinning.
  private func waitTime(until deadline: MonotonicTime) -> Int32 {
    if !backlog.isEmpty || waker.isStopped { return 0 }
    if deadline == .distantFuture { return -1 }
    let left = (deadline - time).nanoseconds
    return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 60_000))
  }
}
