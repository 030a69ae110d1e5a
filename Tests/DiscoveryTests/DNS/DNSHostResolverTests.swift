import Client
import DNSServer
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

@Suite struct DNSHostResolverTests {
  @Test func answersComeUnderTheirTickets() throws {
    let stage = try DNSStage()
    stage.server.answer = { query in
      switch (query.name, query.type) {
      case ("keys.example", DNSQuery.a): DNSReply([.init(.a(10, 0, 0, 1)), .init(.a(0, 0, 0, 0))])
      case ("blocked.example", DNSQuery.a): DNSReply([.init(.a(0, 0, 0, 0))])
      default: .nothing(.noSuchName)
      }
    }
    let hosts = DNSHostResolver(stage.resolver, on: stage.loop)
    hosts.ask("localhost", ticket: 1)
    hosts.ask("keys.example.", ticket: 2)
    hosts.ask("nowhere.example.", ticket: 3)
    hosts.ask("blocked.example.", ticket: 4)
    var answers: [UInt64: HostAnswer] = [:]
    #expect(
      stage.turn {
        for answer in hosts.takeAnswers() { answers[answer.ticket] = answer }
        return answers.count == 4
      })
    #expect(answers[1]?.addresses.contains { $0.host == "127.0.0.1" || $0.host == "::1" } == true)
    #expect(answers[2]?.addresses.map(\.host) == ["10.0.0.1"])
    #expect(answers[3]?.addresses == [])
    #expect(answers[3]?.reason == "no such name, or no address")
    #expect(answers[4]?.addresses == [])
    #expect(answers[4]?.reason == "no address of it is a host's")
  }
}
