import Primitives
import Testing

@testable import Client

@Suite struct GRPCMessagesTests {
  private static let some: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300), [9]]

  @Test(arguments: [1, 2, 5, 7, 64, 1000])
  func howeverCut(size: Int) throws {
    var messages = GRPCMessages(limit: 300)
    var found: [[UInt8]] = []
    var wire = Self.some.flatMap(GRPCMessages.framed)[...]
    while !wire.isEmpty {
      messages.append(Array(wire.prefix(size)).span)
      wire = wire.dropFirst(size)
      while let message = try messages.next() { found.append(message) }
    }
    #expect(found == Self.some)
    let isWithin = messages.isWithinMessage
    #expect(!isWithin)
  }

  @Test func frames() {
    #expect(GRPCMessages.framed([UInt8](repeating: 1, count: 258)).prefix(6) == [0, 0, 0, 1, 2, 1])
  }

  @Test(
    arguments: [
      ([0, 0, 0, 0, 11], .tooLong), ([0, 255, 255, 255, 255], .tooLong), ([1, 0, 0, 0, 1], .compressed),
      ([128, 0, 0, 0, 1], .badFlag),
    ] as [([UInt8], GRPCMessages.Fault)])
  func refused(wire: [UInt8], fault: GRPCMessages.Fault) {
    var messages = GRPCMessages(limit: 10)
    messages.append(wire.span)
    var found: GRPCMessages.Fault?
    do throws(GRPCMessages.Fault) { _ = try messages.next() } catch { found = error }
    #expect(found == fault)
  }

  @Test func aPartIsNone() throws {
    var messages = GRPCMessages(limit: 10)
    for part in [[0, 0, 0, 0], [2, 5]] as [[UInt8]] {
      messages.append(part.span)
      let message = try messages.next()
      #expect(message == nil)
    }
    let isWithin = messages.isWithinMessage
    #expect(isWithin)
  }
}
