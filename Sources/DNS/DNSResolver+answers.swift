internal import CCares
internal import Reactor
internal import Primitives

/// What c-ares has told: sockets to watch, answers to read.
extension DNSResolver {
  /// Acts on what c-ares has told, until it tells nothing more.
  func settle() {
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
}
