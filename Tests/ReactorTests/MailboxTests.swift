import Primitives
import Synchronization
import Testing

@testable import Reactor

@Suite struct MailboxTests {
  private final class Reader: EventHandler {
    let mailbox: Mailbox<Int>
    var got: [Int] = []
    init(_ mailbox: Mailbox<Int>) { self.mailbox = mailbox }
    func ready(_ token: Token, _ readiness: Readiness) {}
    func timerFired(_ payload: UInt64) {}
    func woken() { got += mailbox.take() }
    func turnEnded() {}
  }

  @Test func messagesKeepTheirOrder() throws {
    let loop = try EventLoop()
    let mailbox = Mailbox<Int>(for: loop)
    let reader = Reader(mailbox)
    for number in 0..<100 { mailbox.send(number) }
    loop.turn(reader, limit: .distantFuture)
    #expect(reader.got == Array(0..<100))
    #expect(mailbox.take() == [])
  }

  /// None is lost and each sender's come in its order, whenever the loop wakes.
  @Test func severalThreadsSend() throws {
    let loop = try EventLoop()
    let mailbox = Mailbox<Int>(for: loop)
    let reader = Reader(mailbox)
    let threads = try (0..<4).map { sender in
      try Thread(name: "sender") {
        for number in 0..<1_000 { mailbox.send(sender * 1_000 + number) }
      }
    }
    while reader.got.count < 4_000 { loop.turn(reader, limit: .distantFuture) }
    for thread in threads { thread.join() }
    for sender in 0..<4 {
      #expect(reader.got.filter { $0 / 1_000 == sender } == Array(sender * 1_000..<(sender + 1) * 1_000))
    }
  }
}
