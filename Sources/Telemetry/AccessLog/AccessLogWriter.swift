internal import Glibc
public import Primitives
internal import Synchronization

/// Writes the workers' access log lines, on a thread of its own: a full pipe or a slow disk holds up this thread
/// and nobody else. It sleeps until a worker hands lines over.
public final class AccessLogWriter: Sendable {
  /// `code` is an `errno`.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    case open(path: String, code: Int32)
    /// What stands there is nothing to write a log to.
    case unsuitable(path: String, reason: String)
    case thread(code: Int32)

    /// What the system says of it.
    public var description: String {
      switch self {
      case .unsuitable(_, let reason): reason
      case .open(_, ENXIO): "is a FIFO that nobody reads"
      case .open(_, let code), .thread(let code): AccessLogWriter.text(of: code)
      }
    }
  }

  /// What strerror(3) says of an error number.
  private static func text(of code: Int32) -> String {
    // SAFETY: strerror returns a NUL-terminated string that is copied at once.
    unsafe String(cString: strerror(code))
  }

  private let path: String?
  private let descriptor: Atomic<Int32>
  private let handOvers: [HandOver]
  private let wakeUp = WakeUp()
  private let done = WakeUp()
  private let isStopping = Atomic<Bool>(false)
  private let wantsReopen = Atomic<Bool>(false)
  private let failures = Atomic<UInt64>(0)
  private let began = Atomic<UInt64>(0)
  private let isFailing = Atomic<Bool>(false)
  /// The last line was written in part.
  private let isTorn = Atomic<Bool>(false)

  /// Opens `path` (`stdout`, `stderr`, or a file that is appended to) and starts the thread. `workers`: how many
  /// sinks may be made.
  public convenience init(path: String, workers: Int) throws(Failure) {
    switch path {
    case "stdout": try self.init(path: nil, descriptor: STDOUT_FILENO, workers: workers)
    case "stderr": try self.init(path: nil, descriptor: STDERR_FILENO, workers: workers)
    default: try self.init(path: path, descriptor: Self.open(path), workers: workers)
    }
  }

  /// Writes to a descriptor that somebody else owns.
  public convenience init(descriptor: Int32, workers: Int) throws(Failure) {
    try self.init(path: nil, descriptor: descriptor, workers: workers)
  }

  private init(path: String?, descriptor: Int32, workers: Int) throws(Failure) {
    self.path = path
    self.descriptor = Atomic(descriptor)
    handOvers = (0..<workers).map { _ in HandOver() }
    try start()
  }

  deinit {
    if path != nil { close(descriptor.load(ordering: .relaxed)) }
  }

  internal func handOver(worker: Int) -> HandOver { handOvers[worker] }

  /// There is something to take. Never blocks.
  internal func signal() { wakeUp.signal() }

  /// Opens the file anew, after it was rotated. Any thread; nothing happens for standard streams.
  public func reopen() {
    wantsReopen.store(true, ordering: .releasing)
    wakeUp.signal()
  }

  /// Writes that failed (disk full, reader gone); their lines are lost.
  public var failedWrites: UInt64 { failures.load(ordering: .relaxed) }

  /// Times that writing began to fail; each is logged, and so is its end.
  public var outages: UInt64 { began.load(ordering: .relaxed) }

  /// Lines that were lost after the workers could count them. Once, after `stop`, when the workers have ended.
  public func takeLost() -> Int { handOvers.reduce(0) { $0 + $1.takeLost() } }

  /// Writes what the workers have handed over and finished with, and ends the thread. Once, after the workers'
  /// sinks have finished. False where the output did not take everything within `limit`.
  public func stop(within limit: Interval) -> Bool {
    isStopping.store(true, ordering: .releasing)
    wakeUp.signal()
    return done.wait(atMost: limit)
  }

  // MARK: - The thread

  private func start() throws(Failure) {
    var thread = pthread_t()
    var all = sigset_t()
    var before = sigset_t()
    // SAFETY: plain C structs on this stack. Signals are for others: the thread inherits a mask of them all.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    // SAFETY: the thread takes over the reference that is retained for it here.
    let reference = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        // SAFETY: what `start` passed, retained for this thread.
        let writer = unsafe Unmanaged<AccessLogWriter>.fromOpaque(context.unsafelyUnwrapped)
          .takeRetainedValue()
        writer.run()
        return nil
      }, unsafe reference.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    if code != 0 {
      unsafe reference.release()
      throw .thread(code: code)
    }
    pthread_detach(thread)
  }

  private func run() {
    while true {
      wakeUp.wait()
      if wantsReopen.exchange(false, ordering: .acquiringAndReleasing) { openAnew() }
      // Read before the buffers: what was handed over before the stop must be written.
      let stopping = isStopping.load(ordering: .acquiring)
      for handOver in handOvers { handOver.take(write) }
      if stopping {
        for handOver in handOvers { handOver.takeRest(write) }
        done.signal()
        return
      }
    }
  }

  /// Returns how many lines were lost.
  private func write(_ lines: borrowing ByteBuffer) -> Int {
    // What is there of a broken line stands by itself.
    if isTorn.load(ordering: .relaxed) {
      let lineFeed: [UInt8] = [10]
      if put(lineFeed.span) == 1 { isTorn.store(false, ordering: .relaxed) }
    }
    return lines.withBytes { bytes in
      let written = isTorn.load(ordering: .relaxed) ? 0 : put(bytes)
      if written == bytes.count {
        if isFailing.load(ordering: .relaxed) { recovered() }
        return 0
      }
      if written > 0 { isTorn.store(bytes[written - 1] != 10, ordering: .relaxed) }
      var count = 0
      for index in written..<bytes.count where bytes[index] == 10 { count += 1 }
      return count
    }
  }

  /// Returns how many bytes were written: fewer where writing fails.
  private func put(_ bytes: Span<UInt8>) -> Int {
    let target = descriptor.load(ordering: .relaxed)
    var offset = 0
    while offset < bytes.count {
      // SAFETY: reads no more than the span holds.
      let written = unsafe bytes.extracting(offset..<bytes.count).withUnsafeBytes {
        unsafe Glibc.write(target, $0.baseAddress, $0.count)
      }
      if written > 0 {
        offset += written
      } else if errno == EAGAIN {
        // A FIFO, or whoever shares this descriptor made it non-blocking: this thread waits for the reader, and the
        // workers drop what they have no room for.
        var wait = pollfd(fd: target, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one pollfd, as said.
        _ = unsafe poll(&wait, 1, -1)
      } else if errno != EINTR {
        failed(errno)
        break
      }
    }
    return offset
  }

  private func failed(_ code: Int32) {
    failures.wrappingAdd(1, ordering: .relaxed)
    guard !isFailing.exchange(true, ordering: .relaxed) else { return }
    began.wrappingAdd(1, ordering: .relaxed)
    Log.error("access log cannot be written", ["error": .string(Self.text(of: code))])
  }

  private func recovered() {
    isFailing.store(false, ordering: .relaxed)
    Log.info("access log is written again", ["failed_writes": LogValue(Int(failedWrites))])
  }

  private func openAnew() {
    guard let path else { return }
    do throws(Failure) {
      let fresh = try Self.open(path)
      close(descriptor.exchange(fresh, ordering: .acquiringAndReleasing))
      if AccessLogTarget.isEmpty(fresh) { isTorn.store(false, ordering: .relaxed) }
    } catch {
      Log.error("access log cannot be opened anew", ["path": .string(path), "error": .string("\(error)")])
    }
  }

  /// Waits for nobody: neither for a FIFO's reader nor for a device.
  private static func open(_ path: String) throws(Failure) -> Int32 {
    if let reason = AccessLogTarget.fault(of: path) { throw .unsuitable(path: path, reason: reason) }
    let descriptor = openToWrite(path)
    if descriptor >= 0 { return descriptor }
    if errno == ENXIO { return try openUnread(path) }
    throw .open(path: path, code: errno)
  }

  /// A FIFO that nobody reads. The order in which it and its reader start must not matter, nor whether the reader is
  /// started anew meanwhile: what is written before there is one is lost and counted, as with one that has gone.
  private static func openUnread(_ path: String) throws(Failure) -> Int32 {
    // Whoever opens a FIFO for both is a reader, for as long as it takes to open it once more.
    // SAFETY: the path lives as long as the call.
    let both = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    if both < 0 { throw .open(path: path, code: ENXIO) }
    defer { close(both) }
    let descriptor = openToWrite(path)
    if descriptor < 0 { throw .open(path: path, code: errno) }
    Log.warning("access log's FIFO has no reader: its lines are lost until it has", ["path": .string(path)])
    return descriptor
  }

  private static func openToWrite(_ path: String) -> Int32 {
    // SAFETY: the path lives as long as the call.
    unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
  }
}
