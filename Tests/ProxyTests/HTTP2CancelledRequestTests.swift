import HTTP
import Telemetry
import Testing

/// Clients that give their requests up, on connections to an endpoint that others share.
@Suite struct HTTP2CancelledRequestTests {
  /// Servers take many resets for an attack and end the connection. Nobody else's request may be on it then.
  @Test func theyHarmNobodyElse() throws {
    let begun = Noted<String>()
    let origin = HTTP2Origin { begun.note(try $0.head().startLine) }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let bystander = try proxy.connectHTTP2().start("GET", "/bystander")
    #expect(eventually { begun.all.count == 1 })
    var sent = 1
    for _ in 0..<4 {
      let client = try proxy.connectHTTP2()
      for _ in 0..<4 {
        let calls = try (0..<50).map { _ in try client.start() }
        sent += calls.count
        #expect(eventually { begun.all.count == sent })
        for call in calls { try call.reset(.cancel) }
        #expect(eventually { proxy.held.requests == 1 })
      }
    }
    #expect(proxy.service[.resets] == 0)
    #expect(bystander.resetCode == nil)
    // The endpoint never came near its bound.
    #expect((5...9).contains(origin.connections))
    try bystander.reset(.cancel)
    #expect(proxy.comesToRest)
  }

  /// A connection on which at least as many are answered stays.
  @Test func someAreOrdinary() throws {
    let begun = Noted<String>()
    let origin = HTTP2Origin { call in
      let line = try call.head().startLine
      if line.contains("answered") { try call.respond(ends: true) }
      begun.note(line)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    let client = try proxy.connectHTTP2()
    for turn in 1...200 {
      #expect(try client.exchange("GET", "/answered").status == 200)
      let call = try client.start()
      #expect(eventually { begun.all.count == 2 * turn })
      try call.reset(.cancel)
    }
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }
}
