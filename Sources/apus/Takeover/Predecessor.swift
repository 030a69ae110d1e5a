internal import CLinux
internal import Glibc
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// The process that this one takes over from, on the new one's side. It serves until this one does; whatever goes wrong
/// before leaves it as it was.
///
/// All of it happens while this process starts: what it waits for the other answers between two turns.
final class Predecessor {
  let process: Int32
  let listeners = InheritedListeners()
  private(set) var adminAddress: SocketAddress?
  private var admin: SocketParcel?
  private var door: SocketParcel?
  private(set) var version = ""
  private let channel: PacketSocket
  /// It has given all that it has.
  private var isWhole = false
  /// It has said that it goes on, and why.
  private var refusal: String?

  /// For each answer.
  private static let patience = Interval.seconds(15)
  /// For its last word. It says none where all is well, and closes the channel.
  private static let lastPatience = Interval.seconds(2)
  /// One that has ended while it gave its sockets may have an heir already.
  private static let attempts = 3

  /// Asks who listens at `path` for all it has. Nil: nobody does.
  /// - Parameter seconds: in which this process means to serve.
  static func find(at path: String, seconds: Int) throws(StartError) -> Predecessor? {
    var process: Int32 = 0
    for _ in 0..<attempts {
      let channel: PacketSocket
      do throws(SystemError) { channel = try PacketSocket.connect(to: path) } catch {
        if error.code == ENOENT || error.code == ECONNREFUSED { return nil }
        throw StartError("nothing can be taken over by \(path): \(error)")
      }
      let predecessor = try Predecessor(channel, seconds)
      if predecessor.isWhole { return predecessor }
      process = predecessor.process
      Log.warning(
        "the process that was to be taken over has ended before it had given all its sockets",
        ["pid": LogValue(Int(process))])
      // Its sockets close one after the other, and what is half open would be in our way.
      _ = clinux_await_end(process, 1_000)
    }
    throw fault(process, "it listens, and does not give its sockets")
  }

  private init(_ channel: consuming PacketSocket, _ seconds: Int) throws(StartError) {
    guard let peer = channel.peer, TakeoverPeer.isTrusted(user: peer.user) else {
      throw StartError("nothing can be taken over: it is another user's process that listens there")
    }
    process = peer.process
    self.channel = channel
    _ = try tell(.hello(protocol: TakeoverMessage.version, version: Version.text, seconds: seconds))
    while let (message, sockets) = try next() {
      switch message {
      case .listener(let name, let wanted):
        do throws(SystemError) { try listeners.add(name, wanted, sockets) } catch { throw unsuitable(error) }
      case .admin(let wanted) where sockets.count == 1:
        adminAddress = wanted
        admin = sockets[0]
      case .door where sockets.count == 1: door = sockets[0]
      case .end(let version):
        self.version = version
        isWhole = true
        return
      default: throw fault("it says what makes no sense")
      }
    }
  }

  /// The admin server's listener, where that is to be at the same address.
  func takeAdmin(for wanted: SocketAddress) throws(StartError) -> Listener? {
    adminAddress == wanted ? try listener(of: admin) : nil
  }

  /// Where the next one asks.
  func takeDoor() throws(StartError) -> Listener? { try listener(of: door) }

  private func listener(of parcel: SocketParcel?) throws(StartError) -> Listener? {
    guard let socket = parcel?.take() else { return nil }
    do throws(SystemError) { return try Listener(inheriting: socket) } catch { throw unsuitable(error) }
  }

  /// Everything is bound: what was not taken stays the other's.
  func claim(admin isAdminTaken: Bool) throws(StartError) {
    listeners.close()
    admin = nil
    _ = try tell(.taken(listeners: listeners.taken, admin: isAdminTaken))
  }

  /// Whether it still is there; throws where it has said meanwhile that it goes on.
  func isThere() throws(StartError) -> Bool {
    switch try receive(until: Clock.now()) {
    case .nothing: return true
    case .ended: return false
    case .packet(let packet): _ = try read(packet)
    }
    throw fault("it says what makes no sense")
  }

  /// Before this process serves: the other agrees, and from then on waits for nothing else. False where it has ended by
  /// itself meanwhile; then there is nobody to be asked.
  func agrees() throws(StartError) -> Bool {
    guard try tell(.ready), let (message, _) = try next() else { return false }
    guard case .go = message else { throw fault("it says what makes no sense") }
    // Where this process was held up since it has changed its mind.
    return try isThere()
  }

  /// This process serves. The other drains and ends. Nil: all is well, as far as can be told; else it has not waited for
  /// this process, and goes on.
  func resign(registration: [String]) -> String? {
    do throws(StartError) {
      guard try tell(.serving(registration: registration)) else {
        Log.warning("the process that was taken over has ended by itself", ["pid": LogValue(Int(process))])
        return nil
      }
      while try next(within: Self.lastPatience) != nil {}
    } catch {
      if let refusal { return refusal }
      Log.warning("the process that was taken over does not end", ["reason": .string(error.message)])
    }
    return nil
  }

  // MARK: The channel

  /// False: it has ended, without another word.
  private func tell(_ message: TakeoverMessage) throws(StartError) -> Bool {
    do throws(SystemError) {
      if try channel.send(message) { return true }
    } catch {
      if error.code == EPIPE || error.code == ECONNRESET { return try next() != nil }
      throw fault("\(error)")
    }
    throw fault("it does not listen")
  }

  /// Nil: it has ended.
  private func next(
    within limit: Interval = patience
  ) throws(StartError) -> (TakeoverMessage, [SocketParcel])? {
    switch try receive(until: Clock.now() + limit) {
    case .ended: return nil
    case .nothing: throw fault("it does not answer")
    case .packet(let packet): return (try read(packet), packet.sockets)
    }
  }

  private func receive(until deadline: MonotonicTime) throws(StartError) -> PacketSocket.Received {
    do throws(SystemError) { return try channel.receive(until: deadline) } catch { throw fault("\(error)") }
  }

  private func read(_ packet: PacketSocket.Packet) throws(StartError) -> TakeoverMessage {
    guard let message = TakeoverMessage(packet.bytes) else { throw fault("it says what makes no sense") }
    if case .no(let reason) = message {
      refusal = reason
      throw fault(reason)
    }
    return message
  }

  private func unsuitable(_ error: SystemError) -> StartError {
    fault("what it gives is no listening socket: \(error)")
  }

  private func fault(_ reason: String) -> StartError { Self.fault(process, reason) }

  private static func fault(_ process: Int32, _ reason: String) -> StartError {
    StartError("process \(process) cannot be taken over, and goes on: \(reason)")
  }
}
