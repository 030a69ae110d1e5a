import DNS
import DNSServer
import Mesh
import Primitives
import Reactor
import Testing

/// The real c-ares against a server that says what the test tells it to.
@Suite struct DNSResolverTests {
  @Test func bothFamiliesWithLifetimes() throws {
    let stage = try ResolverStage()
    stage.server.answer = { query in
      query.type == DNSQuery.a
        ? DNSReply([.init(.a(10, 0, 0, 1), lifetime: 30), .init(.a(10, 0, 0, 2), lifetime: 20)])
        : DNSReply([.init(.aaaa(last: 7), lifetime: 40)])
    }
    let found = try stage.addresses("orders.example.")
    #expect(found.v4 == .found([ip("10.0.0.1"), ip("10.0.0.2")], lifetime: .seconds(20)))
    #expect(found.v6 == .found([ip("2001:db8::7")], lifetime: .seconds(40)))
    #expect(
      found.all == .found([ip("2001:db8::7"), ip("10.0.0.1"), ip("10.0.0.2")], lifetime: .seconds(20)))
    #expect(stage.server.queries.count == 2)
  }

  @Test(arguments: [(DNSSettings.Family.ipv4, [DNSQuery.a]), (.ipv6, [DNSQuery.aaaa])])
  func onlyTheWantedFamilyIsAskedFor(_ family: DNSSettings.Family, _ types: [UInt16]) throws {
    let stage = try ResolverStage { $0.family = family }
    stage.server.answer = { _ in .nothing() }
    #expect(try stage.addresses("orders.example.").all == .nothing(lifetime: nil))
    #expect(stage.server.queries.map(\.type) == types)
  }

  @Test(arguments: [DNSReply.Code.noError, .noSuchName])
  func nothingHoldsAsTheZoneSays(_ code: DNSReply.Code) throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in .nothing(code, minimum: 17) }
    #expect(try stage.addresses("orders.example.").all == .nothing(lifetime: .seconds(17)))
  }

  @Test(arguments: [DNSReply.Code.serverFailure, .refused, .notImplemented])
  func aServerThatCannotTellIsAFailure(_ code: DNSReply.Code) throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in DNSReply(code: code) }
    guard case .failed(let reason) = try stage.addresses("orders.example.").all else {
      Issue.record("no failure")
      return
    }
    #expect(reason == "no name server can tell")
  }

  /// As a reflector does: it has not said that there is nothing.
  @Test func aQuestionThatComesBackIsAFailure() throws {
    let stage = try ResolverStage { $0.family = .ipv4 }
    stage.server.answer = { _ in
      var reply = DNSReply()
      reply.isEcho = true
      return reply
    }
    guard case .failed(let reason) = try stage.addresses("orders.example.").all else {
      Issue.record("no failure")
      return
    }
    #expect(reason == "a name server's answer is malformed")
  }

  @Test func theNextServerIsAskedWhereOneCannotTell() throws {
    let other = try DNSServer()
    other.answer = { _ in DNSReply(code: .serverFailure) }
    let first = try #require(SocketAddress(other.address))
    let stage = try ResolverStage { $0.servers.insert(first, at: 0) }
    stage.server.answer = { $0.type == DNSQuery.a ? DNSReply([.init(.a(10, 0, 0, 1))]) : .nothing() }
    var answer: HostAddresses?
    stage.resolver.addresses(of: "orders.example.") { answer = $0 }
    #expect(
      stage.turn {
        other.poll()
        return answer != nil
      })
    #expect(answer?.all.value == [ip("10.0.0.1")])
    #expect(!other.queries.isEmpty)
  }

  @Test func silenceEndsWithTheAttempts() throws {
    let stage = try ResolverStage { $0.attempts = 2 }
    stage.server.answer = { _ in nil }
    #expect(try stage.addresses("orders.example.").all == .failed("no name server answers"))
    #expect(stage.server.count("orders.example", DNSQuery.a) == 2)
  }

  @Test func whatOneFamilyFailsAtTheOtherStillKnows() throws {
    let stage = try ResolverStage { $0.attempts = 1 }
    stage.server.answer = { $0.type == DNSQuery.a ? DNSReply([.init(.a(10, 0, 0, 1), lifetime: 9)]) : nil }
    let found = try stage.addresses("orders.example.")
    #expect(found.v6 == .failed("no name server answers"))
    #expect(found.all == .found([ip("10.0.0.1")], lifetime: .seconds(9)))
  }

  @Test func answersOfAnotherQuestionAndGarbageArePassedOver() throws {
    let stage = try ResolverStage { $0.family = .ipv4 }
    stage.server.answer = { [unowned server = stage.server] _ in
      var reply = DNSReply([.init(.a(10, 0, 0, 1))])
      switch server.queries.count {
      case 1: reply.hasWrongNumber = true
      case 2: reply.garbage = [1, 2, 3]
      default: break
      }
      return reply
    }
    var settings = DNSSettings()
    settings.attempts = 4
    #expect(try stage.addresses("orders.example.").all.value == nil)
    #expect(try stage.addresses("orders.example.").all.value == [ip("10.0.0.1")])
  }

  @Test func aTruncatedAnswerIsAskedForOverTCP() throws {
    let stage = try ResolverStage { $0.family = .ipv4 }
    stage.server.answer = { _ in
      var reply = DNSReply((0..<600).map { .init(.a(10, 1, UInt8($0 >> 8), UInt8($0 & 255))) })
      reply.isTruncated = true
      return reply
    }
    // Two at a time share the stream, and the second finds it open.
    var answers: [HostAddresses] = []
    for name in ["many.example.", "more.example."] {
      stage.resolver.addresses(of: name) { answers.append($0) }
    }
    #expect(stage.turn { answers.count == 2 })
    #expect(answers.allSatisfy { $0.all.value?.count == 600 })
    #expect(stage.server.queries.count { $0.overTCP } == 2)
  }

  @Test func aliasesAreFollowed() throws {
    let stage = try ResolverStage { $0.family = .ipv4 }
    stage.server.answer = { _ in
      DNSReply([
        .init(.alias("b.example"), lifetime: 50), .init(.alias("c.example"), of: "b.example", lifetime: 5),
        .init(.a(10, 0, 0, 9), of: "c.example", lifetime: 70),
        // Nobody has asked for that one.
        .init(.a(10, 0, 0, 8), of: "d.example", lifetime: 1),
      ])
    }
    #expect(try stage.addresses("a.example.").all == .found([ip("10.0.0.9")], lifetime: .seconds(5)))
  }

  @Test func services() throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in
      DNSReply([
        .init(.srv(priority: 1, weight: 5, port: 8080, target: "A.Example"), lifetime: 11),
        .init(.srv(priority: 2, weight: 0, port: 8081, target: "b.example"), lifetime: 12),
      ])
    }
    let found = try stage.services("_http._tcp.orders.example.")
    #expect(
      found
        == .found(
          [
            SRVRecord(priority: 1, weight: 5, port: 8080, target: "a.example"),
            SRVRecord(priority: 2, weight: 0, port: 8081, target: "b.example"),
          ], lifetime: .seconds(11)))
  }

  @Test func theHostsFileGoesFirst() throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in DNSReply([.init(.a(10, 0, 0, 1))]) }
    let found = try #require(try stage.addresses("localhost").all.value)
    #expect(found.contains(ip("127.0.0.1")))
    #expect(stage.server.queries.isEmpty)
  }

  @Test func aNameThatThereCannotBeIsAFailureOrNothing() throws {
    let stage = try ResolverStage()
    let long = String(repeating: "a", count: 64) + ".example."
    #expect(try stage.addresses(long).all.value == nil)
    #expect(try stage.addresses("a..b.").all.value == nil)
    #expect(stage.server.queries.isEmpty)
  }

  @Test func moreThanCanBeUnderWayWait() throws {
    let stage = try ResolverStage()
    stage.server.answer = { $0.type == DNSQuery.a ? DNSReply([.init(.a(10, 0, 0, 1))]) : .nothing() }
    var answers = 0
    for index in 0..<500 { stage.resolver.addresses(of: "n\(index).example.") { _ in answers += 1 } }
    #expect(stage.turn { answers == 500 })
  }

  @Test func whoCancelsHearsNothing() throws {
    let stage = try ResolverStage()
    var heard = 0
    let waiting = stage.resolver.addresses(of: "a.example.") { _ in heard += 1 }
    waiting.cancel()
    // Its answers are on their way then.
    let asked = stage.resolver.addresses(of: "b.example.") { _ in heard += 1 }
    stage.server.answer = { _ in
      asked.cancel()
      return DNSReply([.init(.a(10, 0, 0, 1))])
    }
    #expect(stage.turn { stage.server.queries.count == 2 })
    _ = try stage.addresses("c.example.")
    #expect(heard == 0)
    #expect(stage.server.queries.allSatisfy { $0.name != "a.example" })
  }

  @Test func stoppingWithQuestionsUnderWayTellsNothing() throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in nil }
    var heard = 0
    for _ in 0..<10 { stage.resolver.addresses(of: "a.example.") { _ in heard += 1 } }
    #expect(stage.turn { stage.server.queries.count >= 20 })
    stage.resolver.stop()
    stage.turn(times: 5)
    #expect(heard == 0)
    // And it serves on for whoever asks.
    stage.server.answer = { _ in .nothing() }
    #expect(try stage.addresses("b.example.").all == .nothing(lifetime: nil))
  }

  @Test func whoAsksFromAnAnswerIsAnswered() throws {
    let stage = try ResolverStage()
    stage.server.answer = { _ in DNSReply([.init(.a(10, 0, 0, 1))]) }
    var heard: [String] = []
    stage.resolver.addresses(of: "a.example.") { [resolver = stage.resolver] _ in
      heard.append("a")
      resolver.addresses(of: "b.example.") { _ in heard.append("b") }
    }
    #expect(stage.turn { heard == ["a", "b"] })
  }
}
