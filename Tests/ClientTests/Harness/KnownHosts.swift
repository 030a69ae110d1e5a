import Client
import Primitives
import Reactor

/// Answers when the test says so.
final class KnownHosts: HostResolver {
  private(set) var asked: [(host: String, ticket: UInt64)] = []
  private var answers: [HostAnswer] = []
  private let loop: EventLoop

  init(_ loop: EventLoop) { self.loop = loop }

  func ask(_ host: String, ticket: UInt64) { asked.append((host, ticket)) }

  func takeAnswers() -> [HostAnswer] {
    defer { answers = [] }
    return answers
  }

  func answer(_ addresses: [String], reason: String = "") {
    let (_, ticket) = asked.removeFirst()
    answers.append(
      HostAnswer(
        ticket: ticket, addresses: addresses.compactMap { SocketAddress(ip: $0, port: 0) }, reason: reason))
    loop.remote.wake()
  }
}
