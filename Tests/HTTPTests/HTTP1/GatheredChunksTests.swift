import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Small chunks that come together are taken together; whatever is special about one is left to `next`.
@Suite struct GatheredChunksTests {
  private static let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// What comes of chunks in one input: the pieces, in which they come, and what is told at last.
  private func pieces(_ chunks: String, _ limits: HTTPLimits = HTTPLimits()) -> (
    pieces: [String], last: String
  ) {
    let input = Array((Self.head + chunks).utf8)
    var decoder = HTTP1Decoder(role: .server, limits: limits)
    var head = MessageHead()
    var trailers = MessageHead()
    var offset = 0
    var pieces: [String] = []
    while true {
      do throws(HTTPError) {
        let event = try decoder.next(input.span, &offset, head: &head, trailers: &trailers)
        guard case .body(let range) = event else {
          if event == .head { continue }
          return (pieces, "\(event)")
        }
        var buffer = ByteBuffer()
        buffer.append(input.span.extracting(range))
        if decoder.maySeeChunks(input.span, behind: range) {
          decoder.gatherChunks(input.span, &offset, into: &buffer)
        }
        pieces.append(String(decoding: bytes(buffer), as: UTF8.self))
      } catch {
        return (pieces, "\(error)")
      }
    }
  }

  @Test func manyAreOnePiece() {
    let all = pieces((0..<1000).map { _ in "1\r\na\r\n" }.joined() + "0\r\n\r\n")
    #expect(all == ([String(repeating: "a", count: 1000)], "end"))
  }

  @Test(
    arguments: [
      // Zeros in front, and either case.
      ("1\r\na\r\n0001\r\nb\r\n00A\r\n0123456789\r\n0\r\n\r\n", ["ab0123456789"], "end"),
      (
        (1...20).map { String(repeating: "0", count: $0) + "1\r\n\($0 % 10)\r\n" }.joined()
          + "0000000000\r\n\r\n",
        ["12345678901234567890"], "end"
      ),
      // One alone, and two.
      ("1\r\na\r\n0\r\n\r\n", ["a"], "end"), ("1\r\na\r\n1\r\nb\r\n0\r\nX: y\r\n\r\n", ["ab"], "end"),
      // All lengths of the shortest lines.
      (
        "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n4\r\nghij\r\n1\r\nk\r\n3\r\nlmn\r\n0\r\n\r\n", ["abcdefghijklmn"],
        "end"
      ), ("1\r\na\r\n3\r\nbcd\r", ["abcd"], "needInput"), ("1\r\na\r\n3\r\nbc", ["a", "bc"], "needInput"),
      // What is not whole.
      ("1\r\na\r\n1\r\nb\r\n2\r\nc", ["ab", "c"], "needInput"), ("1\r\na\r\n1\r\nb\r", ["ab"], "needInput"),
      ("1\r\na\r\n1\r\nb\r\n2\r", ["ab"], "needInput"), ("1\r\na\r\n1\r\nb\r\n2\r\n", ["ab"], "needInput"),
      ("1\r\na\r\n1\r\nb\r\n2", ["ab"], "needInput"),
      // An extension, and then on.
      ("1\r\na\r\n1;x=y\r\nb\r\n1\r\nc\r\n1\r\nd\r\n0\r\n\r\n", ["a", "bcd"], "end"),
      // What is wrong is told when all before it has been.
      ("1\r\na\r\n1\r\nb\r\nx\r\n", ["ab"], "invalidChunkSize"),
      ("1\r\na\r\n1\r\nb\r\n1\nc\r\n", ["ab"], "bareLineEnd"),
      ("1\r\na\r\n1\r\nbc\r\n", ["ab"], "invalidChunkEnd"),
      ("1\r\na\r\n1\r\nb\n1\r\n", ["ab"], "invalidChunkEnd"),
      ("1\r\na\r\n1\r\nb\r\n1 \r\nc\r\n", ["ab"], "invalidChunkSize"),
      ("1\r\na\r\n1\r\nb\r\nffffffffffffffffff\r\n", ["ab"], "chunkSizeOverflow"),
    ] as [(String, [String], String)])
  func whatIsSpecial(_ chunks: String, _ expected: [String], _ last: String) {
    let all = pieces(chunks)
    #expect(all.pieces == expected)
    #expect(all.last == last)
  }

  @Test func aLongLineIsRefusedAsEver() {
    var limits = HTTPLimits()
    limits.chunkLine = 16
    let zeros = String(repeating: "0", count: 14)
    #expect(pieces("1\r\na\r\n1\r\nb\r\n\(zeros)1\r\nc\r\n", limits) == (["ab"], "chunkLineTooLong"))
    #expect(pieces("1\r\na\r\n1\r\nb\r\n\(zeros.dropFirst())1\r\nc\r\n0\r\n\r\n", limits) == (["abc"], "end"))
  }

  /// A chunk that is large goes its own way.
  @Test func aLargeOneIsAPieceOfItsOwn() {
    let large = String(repeating: "x", count: 2000)
    let all = pieces("1\r\na\r\n7d0\r\n\(large)\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")
    #expect(all == (["a", large, "bc"], "end"))
  }
}
