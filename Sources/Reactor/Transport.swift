internal import CLinux
public import Primitives

/// A connected socket with what could not be written yet: plain, or TLS behind the same calls (`Transport+TLS`).
///
/// Edge-triggered: readiness is remembered here until a system call proves otherwise. A write is tried at once;
/// only a rest is copied and kept, so a connection whose peer reads holds no memory. Not thread-safe.
public struct Transport: ~Copyable {
  /// What `receive` found.
  public enum Received: Equatable {
    /// So many bytes are in the loop's read buffer.
    case bytes(Int)
    case wouldBlock
    /// The peer has finished sending.
    case ended
    case failed(Int32)
  }

  /// Bytes that the kernel has taken over so far.
  public private(set) var totalSent: UInt64 = 0
  private let socket: Socket
  /// Nil where the connection is plain.
  var tls: TLSSession?
  var output = ByteBuffer()
  var canRead = true
  private(set) var canWrite: Bool
  var peerFinished = false
  private(set) var finishAfterFlush = false
  private(set) var isFinished = false
  /// What waits may wait for what is sent next: the last messages of a handshake.
  var isHeld = false
  /// errno of the first write that failed; reading goes on, for an answer may wait.
  public internal(set) var writeError: Int32 = 0

  /// - Parameter connected: false while a connect is under way.
  public init(_ socket: consuming Socket, connected: Bool = true) {
    self.socket = socket
    canWrite = connected
  }

  /// Hands the connection over to somebody else; what stays behind has no socket.
  public mutating func take() -> Transport {
    var other = Transport(Socket(owning: -1))
    swap(&other, &self)
    return other
  }

  public var descriptor: Int32 { socket.descriptor }
  /// Bytes that wait for the peer to read.
  public var queued: Int { isHeld ? 0 : output.count }
  /// Whether a receive may find something.
  public var isReadable: Bool { canRead || tls != nil && tls!.hasUndelivered }
  /// Whether the peer has said that it will send nothing more (or is gone); bytes may still wait before that.
  public var hasPeerFinished: Bool { peerFinished }

  /// Takes in what the loop reported.
  public mutating func note(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.readable, .peerFinished, .hungUp, .failed]) { canRead = true }
    if !readiness.isDisjoint(with: [.peerFinished, .hungUp, .failed]) { peerFinished = true }
    if readiness.contains(.writable) { canWrite = true }
  }

  /// Ends a connect: 0, or errno.
  public mutating func finishConnect() -> Int32 { socket.pendingError() }

  /// Reads once into the loop's buffer, at most `limit` bytes.
  public mutating func receive(into buffer: ReadBuffer, limit: Int = .max) -> Received {
    if let tls { return receiveSecurely(tls, into: buffer, limit: limit) }
    if !canRead { return .wouldBlock }
    precondition(!buffer.isLookedAt && limit > 0)
    let room = min(limit, buffer.capacity)
    // SAFETY: the kernel writes at most `room` bytes of the buffer.
    let n = unsafe clinux_receive(socket.descriptor, buffer.base, room, 0)
    if n > 0 {
      buffer.count = n
      // A short read has emptied the socket (epoll(7)), unless an end stands behind the bytes.
      if n < room && !peerFinished { canRead = false }
      return .bytes(n)
    }
    buffer.count = 0
    if n == 0 {
      canRead = false
      peerFinished = true
      return .ended
    }
    let code = clinux_errno()
    if code == EINTR { return receive(into: buffer, limit: limit) }
    canRead = false
    return code == EAGAIN ? .wouldBlock : .failed(code)
  }

  /// Whether the kernel holds bytes, or an end, that no receive has brought: a message that filled a read to its
  /// last byte says nothing of what stands behind it. A system call only where it is not known.
  public mutating func hasUnread() -> Bool {
    if let tls { return hasUnreadContent(tls) }
    if !canRead { return false }
    var byte: UInt8 = 0
    // SAFETY: the kernel writes one byte.
    let n = unsafe clinux_receive(socket.descriptor, &byte, 1, Int32(MSG_PEEK))
    if n < 0 && clinux_errno() == EAGAIN {
      canRead = false
      return false
    }
    return true
  }

  /// Sends, or keeps what the socket does not take. Bytes after a failed write or a `finish` are dropped.
  public mutating func send(_ bytes: Span<UInt8>) {
    if bytes.isEmpty || writeError != 0 || finishAfterFlush { return }
    if let tls { return sendSecurely(tls, bytes, Span()) }
    var sent = 0
    if output.isEmpty && canWrite { sent = write(bytes) }
    if sent < bytes.count && writeError == 0 {
      prepareToHold(bytes.count - sent)
      output.append(bytes.extracting(sent...))
    }
  }

  /// Sends two parts in one system call: a message's head and what follows it.
  public mutating func send(_ a: Span<UInt8>, _ b: Span<UInt8>) {
    if b.isEmpty { return send(a) }
    if writeError != 0 || finishAfterFlush { return }
    if let tls { return sendSecurely(tls, a, b) }
    var sent = 0
    if output.isEmpty && canWrite {
      // SAFETY: both spans outlive the call, which only reads them.
      sent = unsafe a.withUnsafeBufferPointer { first in
        unsafe b.withUnsafeBufferPointer { second in
          unsafe clinux_send2(
            socket.descriptor, first.baseAddress, first.count, second.baseAddress, second.count)
        }
      }
      sent = judge(sent, of: a.count + b.count)
    }
    if writeError != 0 || sent == a.count + b.count { return }
    prepareToHold(a.count + b.count - sent)
    if sent < a.count {
      output.append(a.extracting(sent...))
      output.append(b)
    } else if sent - a.count < b.count {
      output.append(b.extracting((sent - a.count)...))
    }
  }

  /// Takes memory for all that may come to be held: pages are the kernel's until something stands on them, while a
  /// buffer that grows leaves pieces of its former sizes behind.
  mutating func prepareToHold(_ count: Int) {
    if output.allocated == 0 { output.reserve(max(count, Self.usualHold)) }
  }

  /// The usual buffer of 64 KiB, without what a connection's own state takes of it.
  private static let usualHold = 60 << 10

  /// Writes what waits; call it when the loop reports the socket writable. Memory goes back once all is out.
  public mutating func flush() {
    isHeld = false
    while canWrite && !output.isEmpty && writeError == 0 {
      let sent = writeQueued()
      output.consume(sent)
    }
    if output.isEmpty || writeError != 0 {
      if output.allocated > 0 { output.release() }
      if finishAfterFlush && !isFinished {
        isFinished = true
        socket.shutdownWrite()
      }
    }
  }

  /// Sends nothing more: the peer sees the end (FIN) after what was queued.
  public mutating func finish() {
    if tls != nil { sayGoodbye() }
    finishAfterFlush = true
    if output.isEmpty { flush() }
  }

  /// Whether `finish` was called.
  public var isFinishing: Bool { finishAfterFlush }
  /// Makes the coming close a reset: the peer sees a broken message, not a complete one.
  public borrowing func resetOnClose() { socket.resetOnClose() }
  public borrowing func peerAddress() -> SocketAddress? { socket.peerAddress() }
  public borrowing func localAddress() -> SocketAddress? { socket.localAddress() }

  /// Bytes that the peer's kernel has acknowledged (TCP_INFO): what lies beyond was never given to anybody.
  /// Everything, where the kernel does not say. A system call: for the cold paths that need to know.
  public borrowing func acknowledged() -> UInt64 {
    let count = clinux_bytes_acknowledged(socket.descriptor)
    return count < 0 ? .max : UInt64(count)
  }

  /// Grows while the peer takes what was sent, however slowly: what it has acknowledged, or what the kernel has taken
  /// where there is nothing like that. A system call.
  public borrowing func taken() -> UInt64 {
    let count = acknowledged()
    return count == .max ? totalSent : count
  }

  mutating func writeQueued() -> Int {
    let descriptor = socket.descriptor
    let (n, count) = output.withBytes { (Self.write(descriptor, $0), $0.count) }
    return judge(n, of: count)
  }

  mutating func write(_ bytes: Span<UInt8>) -> Int {
    judge(Self.write(socket.descriptor, bytes), of: bytes.count)
  }

  private static func write(_ descriptor: Int32, _ bytes: Span<UInt8>) -> Int {
    // SAFETY: the span outlives the call, which only reads it.
    unsafe bytes.withUnsafeBufferPointer {
      unsafe clinux_send(descriptor, $0.baseAddress, $0.count)
    }
  }

  /// Turns a system call's answer into bytes sent, and remembers that the socket is full or broken.
  private mutating func judge(_ result: Int, of count: Int) -> Int {
    if result >= 0 { totalSent &+= UInt64(result) }
    if result == count { return result }
    if result >= 0 {
      canWrite = false
      return result
    }
    let code = clinux_errno()
    if code == EAGAIN {
      canWrite = false
    } else if code != EINTR {
      writeError = code
    }
    return 0
  }
}
