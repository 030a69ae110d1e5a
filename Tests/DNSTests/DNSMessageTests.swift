import Primitives
import Testing

@testable import DNS
@testable import DNSServer

@Suite struct DNSMessageTests {
  /// orders.example, A: an alias by a pointer, and an address.
  private static let message: [UInt8] =
    [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 1, 0, 0]
    + [6] + Array("orders".utf8) + [7] + Array("Example".utf8) + [0, 0, 1, 0, 1]
    + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, 0x78, 0xC0, 19]
    + [0xC0, 44, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 1]
    + [0xC0, 19, 0, 6, 0, 1, 0, 0, 0, 9, 0, 22, 0, 0] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, 5]

  @Test func aliasesPointersAndTheZone() throws {
    let message = try DNSMessage(Self.message)
    #expect(message.question == "orders.example")
    #expect(message.answer(.a) == .found([.a(0x0A00_0001)], lifetime: .seconds(30)))
    #expect(message.answer(.aaaa) == .nothing(lifetime: .seconds(5)))
  }

  /// A name that is its own alias by some way has been answered by nobody: no word on whether it is there.
  @Test(arguments: [
    ([("a", "a")], true), ([("a", "b"), ("b", "a")], true), ([("a", "b"), ("b", "c"), ("c", "b")], true),
    ([("a", "b")], false), ([("b", "b")], false),
    (zip(0..<16, 1..<17).map { ($0 == 0 ? "a" : "x\($0)", "x\($1)") }, false),
    (zip(0..<17, 1..<18).map { ($0 == 0 ? "a" : "x\($0)", "x\($1)") }, true),
  ])
  func aliasesThatEndNowhere(_ aliases: [(String, String)], isFailure: Bool) throws {
    var reply = DNSReply(aliases.map { DNSReply.Record(.alias($0.1), of: $0.0) })
    reply.authority = [.init(.zone(minimum: 9), of: "example")]
    let query: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + DNSReply.name("a") + [0, 1, 0, 1]
    let message = try DNSMessage(
      reply.message(to: query, questionEnd: query.count, overTCP: false))
    #expect(
      message.answer(.a)
        == (isFailure
          ? .failed("the name's aliases lead in a circle, or are too many") : .nothing(lifetime: .seconds(9)))
    )
  }

  /// The question come back, or another kind of message: nobody has said that there is nothing.
  @Test(arguments: [0x01, 0x00, 0x29, 0xA8, 0xF8] as [UInt8]) func onlyAnAnswerIsOne(_ flags: UInt8) throws {
    var message = Self.message
    message[2] = flags
    #expect(throws: DNSReader.Fault.malformed) { try DNSMessage(message) }
  }

  @Test func noBeginningIsAMessage() {
    for count in 0..<Self.message.count {
      #expect(throws: DNSReader.Fault.malformed) { try DNSMessage(Array(Self.message[..<count])) }
    }
  }

  /// Whatever comes is read within bounds, and ends.
  @Test func anyBytes() {
    var random = Random(seed: 11)
    var whole = 0
    for _ in 0..<20_000 {
      var bytes = Self.message
      for _ in 0...random.next(below: 4) {
        bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
      }
      if random.next(below: 4) == 0 { bytes.removeLast(random.next(below: bytes.count)) }
      guard let message = try? DNSMessage(bytes) else { continue }
      whole += 1
      _ = message.answer(.a)
      _ = message.answer(.srv)
    }
    #expect(whole > 1000)
  }

  @Test(
    arguments: [
      // Leads to itself, forward, beyond the end; a label of a kind that there is not; no end.
      [0xC0, 0], [0xC0, 2, 0], [0xC1, 0], [0x41, 0], [0x80, 0], [1, 0x61], [],
    ] as [[UInt8]])
  func namesThatAreNone(_ bytes: [UInt8]) {
    var reader = DNSReader(bytes)
    #expect(throws: DNSReader.Fault.malformed) { try reader.name() }
  }

  @Test func aNameHas255BytesAtMost() throws {
    let label = [UInt8(49)] + [UInt8](repeating: 0x61, count: 49)
    let fits = label + label + label + label + label + [3, 0x61, 0x61, 0x61, 0]
    var reader = DNSReader(fits)
    #expect(try reader.name().count == 253)
    var longer = DNSReader(label + label + label + label + label + [4, 0x61, 0x61, 0x61, 0x61, 0])
    #expect(throws: DNSReader.Fault.malformed) { try longer.name() }
  }

  @Test func whatIsNoLetterIsSpelledOut() throws {
    var reader = DNSReader([3, 0x2E, 0x41, 0xFF, 0])
    #expect(try reader.name() == "\\046a\\255")
  }
}
