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
  private struct Question {
    let lookup: DNSLookup
    let index: Int
    let type: DNSType
  }

  private struct Watched {
    let token: Token
    var reads: Bool
    var writes: Bool
  }

  private var settings: DNSSettings
  private let loop: EventLoop
  private let kind: UInt8
  private var channel: AresChannel?
  /// By descriptor.
  private var watched: [Int32: Watched] = [:]
  private var births: UInt32 = 0
  /// Under way, by number.
  private var questions: [UInt64: Question] = [:]
  private var asked: UInt64 = 0
  private var waiting: ArraySlice<DNSLookup> = []
  private var isScheduled = false
  private var isSettling = false
  private var timer = TimerWheel.ID.none
  /// What this machine was like when the channel was made, and when that was looked at last.
  private var surroundings: Surroundings?
  private var looked: MonotonicTime?

  /// Questions under way at a time; the others wait. A server that gets thousands at once drops some.
  private static let mostQuestions = 128
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

  private func schedule() {
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

  private func ask(_ lookup: DNSLookup, _ channel: AresChannel) {
    guard let name = lookup.nextName() else { return }
    for (index, type) in lookup.types.enumerated() {
      asked += 1
      questions[asked] = Question(lookup: lookup, index: index, type: type)
      channel.ask(name, type, question: asked)
    }
  }

  // MARK: The channel

  /// Acts on what c-ares has told, until it tells nothing more.
  private func settle() {
    guard !isSettling else { return }
    isSettling = true
    while let channel, let notes = channel.notes.take() {
      for socket in notes.sockets { watch(socket) }
      for answer in notes.answers { take(answer) }
    }
    isSettling = false
    if !waiting.isEmpty, questions.count < Self.mostQuestions { schedule() }
    loop.cancel(timer)
    guard let wait = channel?.wait else { return }
    timer = loop.schedule(
      at: loop.time + max(wait, .milliseconds(1)), Token(kind: kind, slot: Self.ownSlot, generation: 0).raw)
  }

  private func watch(_ socket: AresNotes.Socket) {
    guard socket.reads || socket.writes else {
      // The library closes it, with which the loop forgets it.
      watched[socket.descriptor] = nil
      return
    }
    if watched[socket.descriptor] != nil {
      watched[socket.descriptor]?.reads = socket.reads
      watched[socket.descriptor]?.writes = socket.writes
    } else {
      births = births % 0xFF_FFFF + 1
      let token = Token(kind: kind, slot: Int(socket.descriptor), generation: births)
      // Without it there are still the timeouts.
      do throws(SystemError) { try loop.register(socket.descriptor, token: token) } catch {}
      watched[socket.descriptor] = Watched(token: token, reads: socket.reads, writes: socket.writes)
    }
    // What it is ready for already the loop may not tell again.
    if let token = watched[socket.descriptor]?.token { loop.continueLater(token) }
  }

  private func take(_ answer: AresNotes.Answer) {
    guard let question = questions.removeValue(forKey: answer.question) else { return }
    switch question.lookup.note(Self.read(answer, question.type), at: question.index) {
    case .waits, .over: break
    case .goesOn:
      guard question.lookup.receive != nil, let channel else { break }
      ask(question.lookup, channel)
    }
  }

  private static func read(_ answer: AresNotes.Answer, _ type: DNSType) -> DNSAnswer<[DNSRecord]> {
    switch answer.status {
    case ARES_SUCCESS, ARES_ENODATA, ARES_ENOTFOUND:
      // Without a message it is the library's own word, on names that there cannot be.
      if answer.bytes.isEmpty { return .nothing(lifetime: nil) }
      do throws(DNSReader.Fault) {
        let message = try DNSMessage(answer.bytes)
        return answer.status == ARES_SUCCESS ? message.answer(type) : .nothing(lifetime: message.absence)
      } catch {
        return .failed("a name server's answer is malformed")
      }
    default: return .failed(AresFailure(answer.status).description)
    }
  }

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

  private static let ownSlot = Int(UInt32.max)
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
