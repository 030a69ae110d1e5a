import Glibc
import Primitives
import Proxy
import Reactor
import Testing

@testable import apus

/// The running process's side, with a caller of which the test speaks every word.
@Suite struct TakeoverOfferTests {
  final class Host: TakeoverHost {
    var refusal: String?
    var successors: [Successor] = []
    var failures = 0
    let ears: [Int32]

    init(_ ears: [Int32]) { self.ears = ears }

    var goods: Result<TakeoverGoods, TakeoverRefusal> {
      if let refusal { return .failure(TakeoverRefusal(reason: refusal)) }
      return .success(
        TakeoverGoods(
          listeners: [
            OfferedListener(place: 4, name: "a", wanted: TakeoverMessageTests.address, descriptors: ears),
            OfferedListener(place: 7, name: "b", wanted: .unix(path: "/b"), descriptors: [ears[0]]),
          ], admin: (wanted: TakeoverMessageTests.address, descriptor: ears[0])))
    }
    func takenOver(by successor: Successor) { successors.append(successor) }
    func takeoverFailed() { failures += 1 }
  }

  final class Stage {
    let path = "/tmp/apus-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
    let loop: EventLoop
    let dispatcher = EventDispatcher()
    let host: Host
    let offer: TakeoverOffer

    init() throws {
      loop = try EventLoop()
      host = Host([try Self.ear(), try Self.ear()])
      offer = try TakeoverOffer(Listener.openPackets(at: path), on: loop, kind: 3, host: host)
      dispatcher.add(offer, kinds: 3...3)
    }

    deinit {
      for ear in host.ears { close(ear) }
      unsafe unlink(path)
    }

    /// Something that listens.
    private static func ear() throws -> Int32 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      #expect(listen(descriptor, 1) == 0)
      return descriptor
    }

    func turn(_ count: Int = 4) { for _ in 0..<count { loop.turn(dispatcher, limit: Clock.now()) } }

    func pass(_ interval: Interval) {
      loop.skip(interval)
      turn()
    }
  }

  final class Caller {
    private let channel: PacketSocket
    private let stage: Stage
    var sockets = 0

    init(_ stage: Stage) throws {
      channel = try PacketSocket.connect(to: stage.path)
      self.stage = stage
    }

    func say(_ message: TakeoverMessage) throws {
      #expect(try channel.send(message.bytes))
      stage.turn()
    }

    /// All that has come, until there is nothing more.
    func hear() throws -> [TakeoverMessage?] {
      stage.turn()
      var found: [TakeoverMessage?] = []
      while case .packet(let packet) = try channel.receive() {
        sockets += packet.sockets.count
        found.append(TakeoverMessage(packet.bytes))
      }
      return found
    }
  }

  static let hello = TakeoverMessage.hello(protocol: 1, version: "9", seconds: 5)

  @Test func theWholeWay() throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    try caller.say(Self.hello)
    #expect(stage.offer.isUnderWay)
    #expect(
      try caller.hear() == [
        .listener(name: "a", wanted: TakeoverMessageTests.address),
        .listener(name: "b", wanted: .unix(path: "/b")), .admin(wanted: TakeoverMessageTests.address), .door,
        .end(version: Version.text),
      ])
    #expect(caller.sockets == 5)
    try caller.say(.taken(listeners: [1], admin: true))
    #expect(try caller.hear() == [])
    try caller.say(.ready)
    #expect(try caller.hear() == [.go])
    #expect(stage.host.successors == [])
    try caller.say(.serving(registration: ["key"]))
    #expect(
      stage.host.successors == [
        Successor(process: getpid(), version: "9", places: [7], takesAdmin: true, registration: ["key"])
      ])
    #expect(!stage.offer.isUnderWay)
    let isThere = unsafe access(stage.path, F_OK) == 0
    #expect(isThere, "the file is the other one's")
  }

  /// He is told, and may try again.
  @Test(arguments: [0, 1, 2]) func whoTakesTooLongIsGivenUp(_ steps: Int) throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    let way = [Self.hello, .taken(listeners: [0], admin: false)].prefix(steps)
    for message in way { try caller.say(message) }
    stage.turn()
    _ = try caller.hear()
    stage.pass(.seconds(29))
    #expect(try caller.hear() == [])
    stage.pass(.seconds(7))
    #expect(try caller.hear() == [.no(reason: "it was given time, and is not ready")])
    #expect(!stage.offer.isUnderWay)
    #expect(stage.host.failures == (steps > 0 ? 1 : 0))
    let next = try Caller(stage)
    try next.say(Self.hello)
    #expect(try next.hear().last == .end(version: Version.text))
  }

  /// He may have been stopped. Whoever waits in the queues is served here as before, and he must not serve any more.
  @Test func whoWasToldToGoAndDoesNotServeIsGivenUp() throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    for message in [Self.hello, .taken(listeners: [], admin: false), .ready] { try caller.say(message) }
    #expect(try caller.hear().last == .go)
    stage.pass(.seconds(29))
    #expect(try caller.hear() == [])
    #expect(stage.offer.isUnderWay)
    stage.pass(.seconds(2))
    #expect(try caller.hear() == [.no(reason: "it was told to go on, and does not serve")])
    #expect(!stage.offer.isUnderWay && stage.host.failures == 1 && stage.host.successors == [])
    let next = try Caller(stage)
    try next.say(Self.hello)
    #expect(try next.hear().last == .end(version: Version.text))
  }

  /// Of whoever serves at the last moment.
  @Test func aWordThatHeServesCountsIfTheTimeIsUp() throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    for message in [Self.hello, .taken(listeners: [], admin: false), .ready] { try caller.say(message) }
    stage.loop.skip(.seconds(100))
    try caller.say(.serving(registration: []))
    #expect(stage.host.successors.count == 1)
  }

  @Test(arguments: 1...3) func whoCrashesLeavesThisProcessAsItWas(_ steps: Int) throws {
    let stage = try Stage()
    do {
      let caller = try Caller(stage)
      let way = [Self.hello, .taken(listeners: [0], admin: true), .ready].prefix(steps)
      for message in way { try caller.say(message) }
      #expect(stage.offer.isUnderWay)
    }
    stage.turn()
    #expect(!stage.offer.isUnderWay)
    #expect(stage.host.failures == 1 && stage.host.successors == [])
    let next = try Caller(stage)
    try next.say(Self.hello)
    #expect(try next.hear().last == .end(version: Version.text))
  }

  /// What has come counts, if the time is up as well.
  @Test func aLastWordInTimeIsHeard() throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    for message in [Self.hello, .taken(listeners: [], admin: false)] { try caller.say(message) }
    stage.loop.skip(.seconds(100))
    try caller.say(.ready)
    #expect(try caller.hear().last == .go)
  }

  @Test func aProcessThatIsNotServingSaysNo() throws {
    let stage = try Stage()
    stage.host.refusal = "it is draining"
    let caller = try Caller(stage)
    try caller.say(Self.hello)
    #expect(try caller.hear() == [.no(reason: "it is draining")])
    #expect(stage.host.failures == 0)
  }

  /// What he holds by then is his.
  @Test(arguments: [(0, nil), (1, [4, 7]), (2, [7]), (3, [7])] as [(Int, Set<Int>?)])
  func theProcessEndsByItself(_ steps: Int, _ left: Set<Int>?) throws {
    let stage = try Stage()
    let caller = try Caller(stage)
    let way = [Self.hello, .taken(listeners: [1], admin: false), .ready].prefix(steps)
    for message in way { try caller.say(message) }
    stage.turn()
    _ = try caller.hear()
    #expect(stage.offer.end()?.places == left)
    #expect(try caller.hear() == [])
    let isThere = unsafe access(stage.path, F_OK) == 0
    #expect(isThere == (left != nil))
  }

  @Test func onlyOneAtATime() throws {
    let stage = try Stage()
    let first = try Caller(stage)
    try first.say(Self.hello)
    let second = try Caller(stage)
    #expect(try second.hear() == [.no(reason: "another process is taking over")])
    #expect(try first.hear().last == .end(version: Version.text))
  }
}
