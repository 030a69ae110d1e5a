import Primitives
import Testing

@testable import Proxy

/// Messages of several connections in one buffer.
struct OutputGathererTests {
  private let first = Token(kind: 1, slot: 1, generation: 1)
  private let second = Token(kind: 1, slot: 2, generation: 1)

  private func write(_ text: StaticString, for token: Token, to gatherer: OutputGatherer) {
    gatherer.claim(token)
    gatherer.bytes.append(text)
  }

  private func taken(from gatherer: OutputGatherer, of token: Token) -> String {
    gatherer.claim(token)
    var text = ""
    gatherer.take { text = string($0) }
    return text
  }

  private func sent(from gatherer: OutputGatherer) -> [String] {
    var all: [String] = []
    gatherer.sendWaiting { all.append("\($0.slot) \(string($1))") }
    return all
  }

  private func string(_ bytes: Span<UInt8>) -> String {
    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
  }

  @Test func piecesOfTwoConnectionsStayApart() {
    let gatherer = OutputGatherer()
    write("a1", for: first, to: gatherer)
    write("b1", for: second, to: gatherer)
    write("a2", for: first, to: gatherer)
    #expect(gatherer.holds(first) && gatherer.holds(second))
    #expect(taken(from: gatherer, of: second) == "b1")
    #expect(taken(from: gatherer, of: first) == "a1a2")
    #expect(!gatherer.holds(first) && !gatherer.holds(second))
  }

  @Test func wholeMessagesWaitInOrderBesidePieces() {
    let gatherer = OutputGatherer()
    write("piece", for: second, to: gatherer)
    write("one", for: first, to: gatherer)
    #expect(!gatherer.wait())
    #expect(!gatherer.holds(first))
    write("two", for: first, to: gatherer)
    _ = gatherer.wait()
    write(" goes on", for: second, to: gatherer)
    #expect(sent(from: gatherer) == ["1 one", "1 two"])
    #expect(taken(from: gatherer, of: second) == "piece goes on")
    #expect(sent(from: gatherer) == [])
  }

  @Test func whatIsDroppedIsNotSent() {
    let gatherer = OutputGatherer()
    write("gone", for: first, to: gatherer)
    _ = gatherer.wait()
    write("stays", for: second, to: gatherer)
    _ = gatherer.wait()
    write("half", for: first, to: gatherer)
    gatherer.drop(first)
    #expect(sent(from: gatherer) == ["0 gone", "2 stays"])
    #expect(taken(from: gatherer, of: first) == "")
  }

  @Test func noMoreWaitThanFit() {
    let gatherer = OutputGatherer()
    var waited = 1
    write("x", for: first, to: gatherer)
    while !gatherer.wait() {
      waited += 1
      write("x", for: first, to: gatherer)
    }
    #expect(waited == 16)
    #expect(sent(from: gatherer).count == 16)
    gatherer.claim(first)
    gatherer.bytes.append([UInt8](repeating: 7, count: 70_000).span)
    #expect(gatherer.wait())
  }
}
