import Admin
import Identity
import Primitives
import Testing

@testable import apus

@Suite struct KeySetFetcherTests {
  @Test func fetchesAtTheStartAndAgain() throws {
    let stage = try KeySetStage()
    #expect(stage.left <= 0)
    stage.service.body = KeySetService.keys("a")
    stage.fetch()
    #expect(stage.service.requests == ["/keys?a"])
    #expect(stage.provider.keyCount == 1)
    #expect(stage.fetcher.state.successes == 1 && stage.fetcher.state.fault == nil)
    #expect((269.0...300).contains(stage.left))
    stage.service.body = KeySetService.keys("a", "b")
    stage.pass(.seconds(260))
    #expect(stage.service.requests.count == 1)
    stage.pass(.seconds(41))
    #expect(stage.service.requests.count == 2)
    #expect(stage.provider.keyCount == 2)
  }

  @Test func theServerMayAskForLess() throws {
    let stage = try KeySetStage()
    stage.service.body = KeySetService.keys("a")
    stage.service.fields = [("Cache-Control", "public, max-age=60")]
    stage.fetch()
    #expect((53.0...60).contains(stage.left))
    stage.service.fields = [("Cache-Control", "no-store")]
    stage.pass(.seconds(61))
    #expect((8.0...10).contains(stage.left))
  }

  struct Fault: CustomTestStringConvertible {
    let testDescription: String
    var status = 200
    var body = KeySetService.keys("a", "b")
    let words: String
  }

  @Test(arguments: [
    Fault(testDescription: "an error", status: 500, words: "the server answers with status 500"),
    Fault(testDescription: "a redirect", status: 302, words: "the server answers with status 302"),
    Fault(
      testDescription: "no JSON", body: "<html>",
      words: "what came is no JSON: unexpected character, at byte 1"),
    Fault(
      testDescription: "no key", body: "{\"keys\":[]}", words: "what came has no key that can verify tokens"),
    Fault(
      testDescription: "too long", body: String(repeating: " ", count: (1 << 20) + 1),
      words: "the response's body is too long"),
  ])
  func aFailureKeepsTheFormerKeys(_ fault: Fault) throws {
    let stage = try KeySetStage()
    stage.service.body = KeySetService.keys("a")
    stage.fetch()
    (stage.service.status, stage.service.body) = (fault.status, fault.body)
    stage.pass(.seconds(301))
    #expect(stage.fetcher.state.fault == fault.words)
    #expect(stage.fetcher.state.failures == 1)
    #expect(stage.provider.keyCount == 1)
    // It comes back soon, then later and later, and no less than once a minute.
    #expect(stage.left <= 1)
    for _ in 0..<10 { stage.pass(.seconds(61)) }
    #expect(stage.fetcher.state.failures == 11)
    #expect((29.0...60).contains(stage.left))
    (stage.service.status, stage.service.body) = (200, KeySetService.keys("a", "b"))
    stage.pass(.seconds(61))
    #expect(stage.fetcher.state.fault == nil)
    #expect(stage.provider.keyCount == 2)
    #expect(stage.left > 200)
  }

  @Test func nobodyIsThere() throws {
    let stage = try KeySetStage(isThere: false)
    stage.fetch()
    #expect(stage.fetcher.state.fault == "connect: Connection refused")
    #expect(stage.fetcher.state.fetchedAt == nil)
    #expect(stage.provider.keyCount == 0)
  }

  /// Tokens that are known need not be verified again for a set that is the same.
  @Test func theSameSetChangesNothing() throws {
    let stage = try KeySetStage()
    stage.service.body = KeySetService.keys("a")
    stage.fetch()
    let generation = stage.provider.replacements
    stage.pass(.seconds(301))
    #expect(stage.fetcher.state.successes == 2)
    #expect(stage.provider.replacements == generation)
    stage.service.body = KeySetService.keys("b")
    stage.pass(.seconds(301))
    #expect(stage.provider.replacements == generation + 1)
  }

  @Test func anUnknownKeyBringsTheNextFetchForward() throws {
    let stage = try KeySetStage()
    stage.service.body = KeySetService.keys("a")
    stage.fetch()
    let policy = TokenPolicy(mode: .required, providers: [stage.provider])
    // {"alg":"ES256","kid":"new"}, {"iss":"idp","exp":4102444800}
    let token = Array(
      "eyJhbGciOiJFUzI1NiIsImtpZCI6Im5ldyJ9.eyJpc3MiOiJpZHAiLCJleHAiOjQxMDI0NDQ4MDB9.AAAA".utf8)
    for _ in 0..<100 { #expect(throws: TokenError.unknownKey) { try policy.verify(token.span, now: 1) } }
    // Not at once: one has just come.
    stage.fetch()
    #expect(stage.service.requests.count == 1)
    #expect((8.0...10).contains(stage.left))
    stage.pass(.milliseconds(10_100))
    #expect(stage.service.requests.count == 2)
    #expect(stage.left > 200)
    // Once is enough for all of them.
    stage.fetch()
    #expect(stage.service.requests.count == 2)
  }

  @Test func beforeTheFirstNobodyCanTell() throws {
    let stage = try KeySetStage()
    let policy = TokenPolicy(mode: .required, providers: [stage.provider])
    let token = Array(
      "eyJhbGciOiJFUzI1NiIsImtpZCI6Im5ldyJ9.eyJpc3MiOiJpZHAiLCJleHAiOjQxMDI0NDQ4MDB9.AAAA".utf8)
    #expect(throws: TokenError.keysMissing) { try policy.verify(token.span, now: 1) }
    // It would be no good with whatever key.
    #expect(throws: TokenError.expired) { try policy.verify(token.span, now: 4_102_444_900) }
    #expect(!stage.provider.demand.take())
  }
}
