import DNSServer
import Mesh
import Primitives
import Testing

@testable import Discovery

@Suite struct DNSSourceTests {
  private static func v4(_ last: UInt8..., lifetime: UInt32 = 10) -> (DNSQuery) -> DNSReply? {
    {
      $0.type == DNSQuery.a ? DNSReply(last.map { .init(.a(10, 0, 0, $0), lifetime: lifetime) }) : .nothing()
    }
  }

  @Test func addressesAreToldOnceAndInOrder() throws {
    let stage = try DNSStage()
    stage.server.answer = Self.v4(2, 1)
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == ["10.0.0.1:80", "10.0.0.2:80"])
    #expect(stage.source.state.references == 1)
    #expect(stage.source.state.answered == 1)
    #expect(stage.source.state.confirmed != nil)
    // The same in another order is nothing new.
    stage.server.answer = Self.v4(1, 2)
    stage.pass(.seconds(11))
    #expect(stage.told.count == 1)
    stage.server.answer = Self.v4(1, 3)
    stage.pass(.seconds(11))
    #expect(stage.last == ["10.0.0.1:80", "10.0.0.3:80"])
    #expect(stage.source.state.changes == 2)
  }

  @Test func whatFailsChangesNothing() throws {
    let stage = try DNSStage()
    stage.server.answer = Self.v4(1)
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    stage.server.answer = { _ in DNSReply(code: .serverFailure) }
    stage.pass(.seconds(11))
    #expect(stage.told.count == 1)
    #expect(stage.source.state.fault == "orders.example.: no name server can tell")
    #expect(stage.source.state.failures == 1)
    // It is tried again soon.
    stage.server.answer = Self.v4(1, 2)
    stage.pass(.seconds(1))
    #expect(stage.last == ["10.0.0.1:80", "10.0.0.2:80"])
    #expect(stage.source.state.fault == nil)
  }

  @Test func allNamesThatFailAreTold() throws {
    let stage = try DNSStage()
    stage.server.answer = { _ in DNSReply(code: .serverFailure) }
    stage.watch(("b.example.", 80), ("a.example.", 80))
    #expect(stage.turn { stage.source.state.failures == 2 })
    #expect(
      stage.source.state.fault == "a.example.: no name server can tell; b.example.: no name server can tell")
    stage.server.answer = { query in
      query.name == "b.example" ? DNSReply(code: .serverFailure) : Self.v4(1)(query)
    }
    stage.pass(.seconds(2))
    #expect(stage.turn { stage.source.state.fault == "b.example.: no name server can tell" })
  }

  @Test func aTableIsEmptiedOnlyByAnswersThatWereConfirmed() throws {
    let stage = try DNSStage()
    stage.server.answer = Self.v4(1)
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    stage.server.answer = { _ in .nothing(.noSuchName, minimum: 5) }
    stage.pass(.seconds(11))
    stage.pass(.seconds(2))
    #expect(stage.told.count == 1)
    #expect(stage.source.state.fault == nil)
    stage.pass(.seconds(2))
    #expect(stage.last == [])
    // And filled again after what the zone has said.
    stage.server.answer = Self.v4(1)
    stage.pass(.seconds(6))
    #expect(stage.last == ["10.0.0.1:80"])
  }

  @Test func whatWasNeverThereIsToldToo() throws {
    let stage = try DNSStage()
    stage.server.answer = { _ in .nothing(.noSuchName) }
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == [])
    #expect(stage.source.state.answered == 1)
  }

  /// As names are blocked, or by mistake.
  @Test func addressesThatNoHostHasAreLeftOut() throws {
    let stage = try DNSStage()
    let mixed: (DNSQuery) -> DNSReply? = {
      $0.type == DNSQuery.a
        ? DNSReply([.init(.a(224, 0, 0, 1), lifetime: 10), .init(.a(10, 0, 0, 1), lifetime: 10)]) : .nothing()
    }
    stage.server.answer = mixed
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == ["10.0.0.1:80", "224.0.0.1:80 no address of a host"])
    // Nothing else: as good as nothing, and believed as slowly.
    stage.server.answer = {
      $0.type == DNSQuery.a ? DNSReply([.init(.a(0, 0, 0, 0), lifetime: 10)]) : .nothing()
    }
    stage.pass(.seconds(11))
    stage.pass(.seconds(2))
    #expect(stage.told.count == 1)
    stage.pass(.seconds(2))
    #expect(stage.last == ["0.0.0.0:80 no address of a host"])
    #expect(stage.source.state.fault == nil)
    stage.server.answer = mixed
    stage.pass(.seconds(12))
    #expect(stage.last == ["10.0.0.1:80", "224.0.0.1:80 no address of a host"])
  }

  @Test func targetsThatNoHostHasAreLeftOutToo() throws {
    let stage = try DNSStage()
    stage.server.answer = { query in
      switch (query.name, query.type) {
      case ("_http._tcp.orders.example", DNSQuery.srv):
        DNSReply([
          .init(.srv(priority: 1, weight: 1, port: 81, target: "a.example")),
          .init(.srv(priority: 2, weight: 1, port: 82, target: "b.example")),
        ])
      case ("a.example", DNSQuery.a): DNSReply([.init(.a(0, 0, 0, 0))])
      case ("b.example", DNSQuery.a): DNSReply([.init(.a(10, 0, 0, 2))])
      default: .nothing()
      }
    }
    stage.watch(("_http._tcp.orders.example.", nil))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == ["0.0.0.0:81 no address of a host", "10.0.0.2:82"])
  }

  /// Nobody knows where they lead.
  @Test func aliasesInACircleChangeNothing() throws {
    let stage = try DNSStage()
    stage.server.answer = Self.v4(1)
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    stage.server.answer = { _ in
      DNSReply([.init(.alias("b.example")), .init(.alias("orders.example"), of: "b.example")])
    }
    for _ in 0..<5 { stage.pass(.seconds(31)) }
    #expect(stage.told.count == 1)
    #expect(stage.source.state.fault?.contains("aliases lead in a circle") == true)
  }

  @Test func aFamilyThatFailsKeepsWhatItHad() throws {
    let stage = try DNSStage()
    stage.server.answer = {
      DNSReply([.init($0.type == DNSQuery.a ? .a(10, 0, 0, 1) : .aaaa(last: 1), lifetime: 10)])
    }
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == ["10.0.0.1:80", "[2001:db8::1]:80"])
    stage.server.answer = {
      $0.type == DNSQuery.a ? DNSReply([.init(.a(10, 0, 0, 2))]) : DNSReply(code: .serverFailure)
    }
    stage.pass(.seconds(11))
    #expect(stage.last == ["10.0.0.2:80", "[2001:db8::1]:80"])
  }

  @Test func recordsOfServices() throws {
    let stage = try DNSStage()
    stage.server.answer = { query in
      switch (query.name, query.type) {
      case ("_http._tcp.orders.example", DNSQuery.srv):
        DNSReply([
          .init(.srv(priority: 1, weight: 3, port: 81, target: "a.example"), lifetime: 30),
          .init(.srv(priority: 2, weight: 1, port: 82, target: "b.example"), lifetime: 30),
        ])
      case ("a.example", DNSQuery.a): DNSReply([.init(.a(10, 0, 0, 1), lifetime: 10)])
      case ("b.example", DNSQuery.a): DNSReply([.init(.a(10, 0, 0, 2), lifetime: 20)])
      default: .nothing()
      }
    }
    stage.watch(("_http._tcp.orders.example.", nil))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == ["10.0.0.1:81", "10.0.0.2:82 in reserve"])
    #expect(stage.told.last?.endpoints.first?.weight == 3)
    // A target that cannot be asked for is where it was. The shortest lifetime of all has passed.
    let answer = stage.server.answer
    stage.server.answer = { $0.name == "a.example" ? nil : answer($0) }
    stage.pass(.seconds(11))
    #expect(stage.told.count == 1)
    #expect(stage.source.state.fault == nil)
  }

  @Test func aServiceThatDecidedlyIsNot() throws {
    let stage = try DNSStage()
    stage.server.answer = { _ in DNSReply([.init(.srv(priority: 0, weight: 0, port: 0, target: ""))]) }
    stage.watch(("_http._tcp.orders.example.", nil))
    #expect(stage.turn { !stage.told.isEmpty })
    #expect(stage.last == [])
    #expect(stage.server.queries.count == 1)
  }

  @Test func onlyWhatIsWatchedIsAskedFor() throws {
    let stage = try DNSStage()
    stage.server.answer = Self.v4(1)
    stage.watch(("a.example.", 80), ("b.example.", 80))
    #expect(stage.turn { stage.told.count == 2 })
    // One that stays is not disturbed.
    stage.watch(("b.example.", 80), ("c.example.", 80))
    #expect(stage.turn { stage.told.count == 3 })
    #expect(stage.server.count("b.example", DNSQuery.a) == 1)
    #expect(stage.source.state.references == 2)
    #expect(stage.source.state.answered == 2)
    stage.pass(.seconds(11))
    #expect(stage.server.count("a.example", DNSQuery.a) == 1)
    #expect(stage.server.count("b.example", DNSQuery.a) == 2)
    #expect(stage.told.count == 3)
  }

  @Test func aNameAtFaultThatIsNotWantedAnyMoreIsForgotten() throws {
    let stage = try DNSStage()
    stage.server.answer = { $0.name == "bad.example" ? DNSReply(code: .refused) : Self.v4(1)($0) }
    stage.watch(("bad.example.", 80), ("good.example.", 80))
    #expect(stage.turn { stage.told.count == 1 && stage.source.state.fault != nil })
    stage.watch(("good.example.", 80))
    #expect(stage.source.state.fault == nil)
  }

  @Test func afterItsEndNothingIsTold() throws {
    let stage = try DNSStage()
    // Its answers are on their way then.
    stage.server.answer = { [unowned stage] in
      stage.source.stop()
      return Self.v4(1)($0)
    }
    stage.watch(("orders.example.", 80))
    #expect(stage.turn { stage.server.queries.count == 2 })
    #expect(stage.source.isQuiet)
    stage.turn(times: 20)
    #expect(stage.told.isEmpty)
  }
}
