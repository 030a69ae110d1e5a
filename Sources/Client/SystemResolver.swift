internal import Primitives
public import Reactor

/// The system's resolver: hosts file, search domains and name servers as this machine has them.
///
/// It blocks, so that each question has a thread, a few at a time. That does for the names that the proxy's own calls
/// need, one of them each minute or so; it is not for endpoints' names. Answers are not kept: it does not say for how
/// long they hold.
public final class SystemResolver: HostResolver {
  private struct Question {
    let host: String
    let ticket: UInt64
  }

  private let answers: Mailbox<HostAnswer>
  private var waiting: [Question] = []
  /// By ticket.
  private var threads: [UInt64: Thread] = [:]
  private static let mostThreads = 4

  public init(for loop: EventLoop) { answers = Mailbox(for: loop) }

  public func ask(_ host: String, ticket: UInt64) {
    waiting.append(Question(host: host, ticket: ticket))
    startThreads()
  }

  public func takeAnswers() -> [HostAnswer] {
    let taken = answers.take()
    // Who has answered is at its end.
    for answer in taken { threads.removeValue(forKey: answer.ticket)?.join() }
    startThreads()
    return taken
  }

  private func startThreads() {
    while threads.count < Self.mostThreads, !waiting.isEmpty {
      let question = waiting.removeFirst()
      let answers = answers
      do throws(SystemError) {
        threads[question.ticket] = try Thread(name: "apus-resolver") {
          [host = question.host, ticket = question.ticket] in
          answers.send(HostLookup.run(host, ticket: ticket))
        }
      } catch {
        answers.send(HostAnswer(ticket: question.ticket, addresses: [], reason: error.description))
      }
    }
  }
}
