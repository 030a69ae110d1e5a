import Testing

@testable import HTTP

@Suite struct GRPCFrameScannerTests {
  @Test func findsTheEndsOfMessages() {
    let long = [UInt8](repeating: 0x80, count: 300)
    let stream = [0, 0, 0, 0, 2, 9, 9] + [1, 0, 0, 0, 0] + [0, 0, 0, 1, 44] + long + [0, 0, 0, 0, 1, 7]
    var scanner = GRPCFrameScanner()
    var position = 0
    var ends: [Int] = []
    inPieces(stream) {
      scanner = GRPCFrameScanner()
      position = 0
      ends = []
    } _: { piece in
      var index = 0
      while index < piece.count {
        if scanner.advance(piece, &index) == .messageEnd { ends.append(position + index) }
        #expect(scanner.isAtBoundary == (ends.last == position + index))
      }
      position += piece.count
    } end: {
      #expect(ends == [7, 12, 317, 323])
    }
  }

  @Test func refusesOtherFlags() {
    for flag in [2, 0x40, 0x80, 0x81, 0xff] as [UInt8] {
      var scanner = GRPCFrameScanner()
      var index = 0
      let first = scanner.advance([0, 0, 0, 0, 0, flag].span, &index)
      let second = scanner.advance([0, 0, 0, 0, 0, flag].span, &index)
      #expect(first == .messageEnd && second == .malformed)
    }
  }

  @Test func theLongestLength() {
    var scanner = GRPCFrameScanner()
    var index = 0
    let step = scanner.advance([0, 255, 255, 255, 255, 1].span, &index)
    #expect(step == .needInput && index == 6 && !scanner.isAtBoundary)
  }
}
