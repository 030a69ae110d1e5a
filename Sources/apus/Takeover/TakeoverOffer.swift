internal import CLinux
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// Offers this process's listening sockets to one that wants to take over, one at a time. The control loop's thread; it
/// takes one kind of tokens.
///
/// Until the other one says that it serves, this process does as if nobody had asked.
final class TakeoverOffer {
  enum Stage {
    case nobody
    /// Somebody is connected who has not said what he wants.
    case asked
    case offered
    /// He has bound everything, and waits for his sources.
    case taken
    /// This process has agreed, and waits for him to serve.
    case agreed
  }

  let loop: EventLoop
  private let doorToken: Token
  unowned let host: any TakeoverHost
  var door: TakeoverDoor?
  var stage = Stage.nobody
  var channel: TakeoverChannel?
  var successor = Successor(process: 0, version: "")
  /// Of the listeners as they were offered.
  var places: [Int] = []
  private var timer = TimerWheel.ID.none
  /// Of those who have asked.
  private var generation: UInt32 = 1

  /// For a first word, beyond what the other one said that it needs, and for it to serve once it may.
  static let patience = Interval.seconds(30)
  static let mostSeconds = 86_400

  /// - Parameters:
  ///   - door: where to be asked: from `Listener.openPackets`, or inherited.
  ///   - kind: of its tokens.
  init(_ door: consuming Listener, on loop: EventLoop, kind: UInt8, host: any TakeoverHost)
    throws(SystemError)
  {
    self.loop = loop
    self.host = host
    doorToken = Token(kind: kind, slot: 0, generation: 1)
    self.door = try TakeoverDoor(door, on: loop, token: doorToken)
  }

  /// Another process holds the sockets: they must not change.
  var isUnderWay: Bool { stage == .offered || stage == .taken || stage == .agreed }

  /// This process ends by itself. What another one holds by then is his; returns what that is. He hears no more: one that
  /// holds nothing yet must not take it for a refusal, since nobody goes on here.
  func end() -> Successor? {
    var heir: Successor?
    switch stage {
    case .nobody, .asked: break
    case .offered where channel?.hasSaidAll == true:
      // It is not known what of it he wants.
      successor.places = Set(places)
      successor.takesAdmin = true
      heir = successor
    case .offered: break
    case .taken, .agreed: heir = successor
    }
    if heir != nil { leaveDoor() }
    door = nil
    forget()
    return heir
  }

  private var token: Token { Token(kind: doorToken.kind, slot: 1, generation: generation) }

  // MARK: Who asks

  private func acceptAll() {
    door?.refill()
    while let caller = door?.accept() {
      guard let peer = caller.peer, TakeoverPeer.isTrusted(user: peer.user) else {
        Log.warning("another user's process asks for the listening sockets: it gets nothing")
        continue
      }
      guard stage == .nobody else {
        _ = try? caller.send(.no(reason: "another process is taking over"))
        continue
      }
      generation &+= 1
      guard (try? loop.register(caller.descriptor, token: token)) != nil else { continue }
      successor = Successor(process: peer.process, version: "")
      channel = TakeoverChannel(caller)
      stage = .asked
      setDeadline(after: Self.patience)
      receiveAll()
    }
  }

  private func receiveAll() {
    while stage != .nobody {
      do throws(SystemError) {
        switch try channel?.receive() ?? .ended {
        case .nothing: return
        case .ended: return lost("it has ended, or was not content")
        case .packet(let packet):
          guard let message = TakeoverMessage(packet.bytes) else { return refuse("nobody understands that") }
          received(message)
        }
      } catch {
        return refuse("\(error)")
      }
    }
  }

  // MARK: Saying

  func say(_ message: TakeoverMessage, _ descriptors: [Int32] = []) {
    guard stage != .nobody else { return }
    do throws(SystemError) { try channel?.say(message, descriptors) } catch { refuse("\(error)") }
  }

  /// He hears why, and this process goes on.
  func refuse(_ reason: String) {
    channel?.refuse(reason)
    lost(reason)
  }

  private func lost(_ reason: String) {
    let wasUnderWay = isUnderWay
    Log.warning("nothing was taken over: this process goes on", fields(reason))
    forget()
    if wasUnderWay { host.takeoverFailed() }
  }

  func leaveDoor() {
    door?.leave()
    door = nil
  }

  func forget() {
    loop.cancel(timer)
    stage = .nobody
    channel = nil
    door?.refill()
  }

  func setDeadline(after interval: Interval) {
    loop.cancel(timer)
    timer = loop.schedule(at: loop.now + interval, token.raw)
  }

  func fields(_ reason: String? = nil) -> KeyValuePairs<StaticString, LogValue> {
    [
      "pid": LogValue(Int(successor.process)),
      "version": successor.version.isEmpty ? .absent : .string(successor.version),
      "reason": reason.map { .string($0) } ?? .absent,
    ]
  }
}

extension TakeoverOffer: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    if token == doorToken { return acceptAll() }
    guard token == self.token, stage != .nobody else { return }
    do throws(SystemError) { try channel?.sendAll() } catch { return refuse("\(error)") }
    receiveAll()
  }

  func timerFired(_ payload: UInt64) {
    if payload == doorToken.raw { return acceptAll() }
    guard payload == token.raw, stage != .nobody else { return }
    // What has come already counts.
    let before = stage
    receiveAll()
    guard stage == before else { return }
    // He may have been stopped: what waits in the queues is served here, and he does not serve any more.
    refuse(
      stage == .agreed
        ? "it was told to go on, and does not serve" : "it was given time, and is not ready")
  }

  func woken() {}
  func turnEnded() {}
}
