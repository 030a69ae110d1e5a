internal import CCares
internal import CLinux
public import Mesh
public import Primitives
public import Reactor

/// Asks name servers as this machine's resolv.conf(5) says, or those of the settings: through c-ares, on somebody's event
/// loop, and without a thread. The hosts file goes first. That file is read within the call: a few kilobytes as a rule.
///
/// Its events must reach it through an `EventDispatcher` under the one kind that it was given. The loop's thread only.
/// Answers come from the loop, never within the call that asks. Nothing is kept: whoever asks knows for how long an answer
/// holds.
public final class DNSResolver {
  struct Question {
    let lookup: DNSLookup
    let index: Int
    let type: DNSType
  }

  struct Watched {
    let token: Token
    var reads: Bool
    var writes: Bool
  }

  private var settings: DNSSettings
  let loop: EventLoop
  let kind: UInt8
  var channel: AresChannel?
  /// By descriptor.
  var watched: [Int32: Watched] = [:]
  var births: UInt32 = 0
  /// Under way, by number.
  var questions: [UInt64: Question] = [:]
  private var asked: UInt64 = 0
  var waiting: ArraySlice<DNSLookup> = []
  private var isScheduled = false
  var isSettling = false
  var timer = TimerWheel.ID.none
  /// What this machine was like when the channel was made, and when that was looked at last.
  private var surroundings: Surroundings?
  private var looked: MonotonicTime?

  /// Questions under way at a time; the others wait. A server that gets thousands at once drops some.
  static let mostQuestions = 128
  private static let lookAgain = Interval.seconds(1)
  /// Reads of one socket in a turn.
  private static let mostReads = 64

  public init(_ settings: DNSSettings = DNSSettings(), on loop: EventLoop, kind: UInt8) {
    self.settings = settings
    self.loop = loop
    self.kind = kind
  }

  /// The addresses of a host. A name without a final dot is searched for.
  /// - Parameter receive: called once, unless the lookup is cancelled.
  @discardableResult
  public func addresses(of name: String, _ receive: @escaping (HostAddresses) -> Void) -> DNSLookup {
    look()
    let families = families
    return start(DNSLookup(name, families) { receive(HostAddresses($0, families)) })
  }

  /// Where a service is: its SRV records, of any priority.
  @discardableResult
  public func services(
    of name: String, _ receive: @escaping (DNSAnswer<[SRVRecord]>) -> Void
  ) -> DNSLookup {
    start(DNSLookup(name, [.srv]) { receive($0[0].map { $0.compactMap(\.service) }) })
  }

  /// From now on by these. What is under way is asked again.
  public func adopt(_ settings: DNSSettings) {
    guard settings != self.settings else { return }
    self.settings = settings
    renew()
  }

  /// Ends everything that is under way: nothing more is told.
  public func stop() {
    for question in questions.values { question.lookup.cancel() }
    for lookup in waiting { lookup.cancel() }
    questions = [:]
    waiting = []
    close()
    loop.cancel(timer)
  }

  private var families: [DNSType] {
    switch settings.family {
    case .ipv4: [.a]
    case .ipv6: [.aaaa]
    case .both: [.a, .aaaa]
    case .auto: surroundings?.hasIPv6 == true ? [.a, .aaaa] : [.a]
    }
  }

  // MARK: Lookups

  private func start(_ lookup: DNSLookup) -> DNSLookup {
    waiting.append(lookup)
    schedule()
    return lookup
  }

  func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    loop.continueLater(Token(kind: kind, slot: Self.ownSlot, generation: 0))
  }

  private func startWaiting() {
    isScheduled = false
    look()
    let channel: AresChannel
    do throws(AresFailure) {
      channel = try opened()
    } catch {
      let lookups = waiting
      waiting = []
      for lookup in lookups { lookup.finish(lookup.types.map { _ in .failed(error.description) }) }
      return
    }
    // Whoever is told something here may have us begin anew.
    while self.channel === channel, questions.count < Self.mostQuestions, let lookup = waiting.popFirst() {
      if lookup.receive != nil { begin(lookup, channel) }
    }
    settle()
  }

  private func begin(_ lookup: DNSLookup, _ channel: AresChannel) {
    if lookup.types != [.srv] {
      let name = lookup.name.hasSuffix(".") ? String(lookup.name.dropLast()) : lookup.name
      let known = channel.hosts(name)
      if !known.isEmpty {
        return lookup.finish(
          lookup.types.map { type in
            let records = known.compactMap(DNSRecord.init).filter { $0.type == type }
            return records.isEmpty ? .nothing(lifetime: nil) : .found(records, lifetime: nil)
          })
      }
    }
    lookup.begin(channel.search.names(for: lookup.name))
    ask(lookup, channel)
  }

  func ask(_ lookup: DNSLookup, _ channel: AresChannel) {
    guard let name = lookup.nextName() else { return }
    for (index, type) in lookup.types.enumerated() {
      asked += 1
      questions[asked] = Question(lookup: lookup, index: index, type: type)
      channel.ask(name, type, question: asked)
    }
  }

  // MARK: The channel

  private func opened() throws(AresFailure) -> AresChannel {
    if let channel { return channel }
    let channel = try AresChannel(settings)
    self.channel = channel
    return channel
  }

  private func close() {
    channel = nil
    watched = [:]
  }

  /// Begins anew where resolv.conf has changed: what is under way is asked again.
  private func look() {
    if let looked, loop.now < looked + Self.lookAgain { return }
    looked = loop.now
    let present = Surroundings()
    defer { surroundings = present }
    if present != surroundings { renew() }
  }

  private func renew() {
    guard channel != nil else { return }
    var again: [DNSLookup] = []
    for question in questions.values where !again.contains(where: { $0 === question.lookup }) {
      again.append(question.lookup)
    }
    questions = [:]
    waiting = again + waiting
    close()
    schedule()
  }

  static let ownSlot = Int(UInt32.max)
}

extension DNSResolver: EventHandler {
  public func ready(_ token: Token, _ readiness: Readiness) {
    if token.slot == Self.ownSlot { return startWaiting() }
    let descriptor = Int32(truncatingIfNeeded: token.slot)
    // The library reads one piece of a stream at a time, and says nothing of what is left.
    for _ in 0..<Self.mostReads {
      guard let channel, let socket = watched[descriptor], socket.token == token,
        channel.process(descriptor, reads: socket.reads, writes: socket.writes)
      else { return }
      settle()
    }
    loop.continueLater(token)
  }

  public func timerFired(_ payload: UInt64) {
    channel?.processTimeouts()
    settle()
  }

  public func woken() {}
  public func turnEnded() {}
}
