import HTTP
import HTTPInvariants
import Testing

/// What a server does with frames (RFC 9113, sections 3 to 6).
@Suite struct ServerFramingTests {
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rx",
    "\u{16}\u{3}\u{1}aaaaaaaaaaaaaaaaaaaaaaa",
  ])
  func otherPrefaces(text: String) {
    let driver = inPieces(Array(text.utf8), text) { HTTP2Driver(.server) }
    #expect(driver.error == .badPreface)
    #expect(outcome(driver) == .connection(.protocolError))
    #expect(driver.lines.isEmpty)
  }

  @Test func settingsComeFirst() {
    for frame in [Frame.ping(), Frame.headers(1, get, ends: true), Frame.settingsAck] {
      let driver = inPieces(Frame.preface + frame, "no settings") { HTTP2Driver(.server) }
      #expect(outcome(driver) == .connection(.protocolError))
    }
  }

  static let sizes = [
    Row(
      "the largest frame", [Frame.headers(1, post), Frame.data(1, count: 16384, ends: true)], .accepted,
      "1 end"),
    Row(
      "larger than SETTINGS_MAX_FRAME_SIZE", [Frame.headers(1, post), Frame.data(1, count: 16385)],
      .connection(.frameSizeError)),
    Row(
      "a large unknown frame", [Frame.raw(0xfa, 0, [UInt8](repeating: 0, count: 16385))],
      .connection(.frameSizeError)),
    Row("PING of 7 bytes", [Frame.raw(6, 0, [UInt8](repeating: 0, count: 7))], .connection(.frameSizeError)),
    Row("PING of 9 bytes", [Frame.raw(6, 0, [UInt8](repeating: 0, count: 9))], .connection(.frameSizeError)),
    Row("SETTINGS of 5 bytes", [Frame.raw(4, 0, [0, 3, 0, 0, 0])], .connection(.frameSizeError)),
    Row(
      "SETTINGS ACK with content", [Frame.raw(4, flags: 1, 0, [0, 3, 0, 0, 0, 1])],
      .connection(.frameSizeError)),
    Row("WINDOW_UPDATE of 3 bytes", [Frame.raw(8, 0, [0, 0, 1])], .connection(.frameSizeError)),
    Row("WINDOW_UPDATE of 5 bytes", [Frame.raw(8, 0, [0, 0, 0, 1, 0])], .connection(.frameSizeError)),
    Row(
      "RST_STREAM of 3 bytes", [Frame.headers(1, post), Frame.raw(3, 1, [0, 0, 0])],
      .connection(.frameSizeError)),
    Row(
      "RST_STREAM of 5 bytes", [Frame.headers(1, post), Frame.raw(3, 1, [0, 0, 0, 0, 8])],
      .connection(.frameSizeError)),
    Row(
      "PRIORITY of 4 bytes", [Frame.headers(1, post), Frame.raw(2, 1, [0, 0, 0, 0])],
      .connection(.frameSizeError)),
    Row(
      "a CONTINUATION larger than SETTINGS_MAX_FRAME_SIZE",
      [
        Frame.headers(1, get, complete: false),
        Frame.raw(9, flags: 4, 1, [UInt8](repeating: 0, count: 16_385)),
      ],
      .connection(.frameSizeError)),
    Row(
      "a WINDOW_UPDATE of 3 bytes, and what breaks another rule behind it",
      [
        Frame.headers(3, post), Frame.raw(8, 3, [0, 0, 1]), Frame.headers(1, post),
        Frame.raw(2, 0, [0, 0, 0, 0, 0]),
      ], .connection(.frameSizeError)),
    Row("GOAWAY of 7 bytes", [Frame.raw(7, 0, [0, 0, 0, 0, 0, 0, 0])], .connection(.frameSizeError)),
    Row(
      "HEADERS too short for its priority", [Frame.raw(1, flags: 0x24, 1, [0, 0, 0])],
      .connection(.frameSizeError)),
  ]

  @Test("Section 4.2: frame size", arguments: sizes) func size(row: Row) { expectServer(row) }

  static let blocks = [
    Row(
      "in three frames",
      [
        Frame.headers(1, Array(get.prefix(2)), ends: true, complete: false),
        Frame.continuation(1, HPACK.literal([get[2]]), complete: false),
        Frame.continuation(1, HPACK.literal([get[3]]), complete: true),
      ], .accepted, "1 head get GET /"),
    Row("cut within a field", cut(HPACK.literal(get)), .accepted, "1 head get GET /"),
    Row(
      "another stream's CONTINUATION",
      [Frame.headers(1, get, complete: false), Frame.continuation(3, [], complete: true)],
      .connection(.protocolError)),
    Row(
      "a frame between", [Frame.headers(1, get, complete: false), Frame.ping()], .connection(.protocolError)),
    Row(
      "an unknown frame between", [Frame.headers(1, get, complete: false), Frame.raw(0xfa, 0)],
      .connection(.protocolError)),
    Row("CONTINUATION alone", [Frame.continuation(1, [], complete: true)], .connection(.protocolError)),
    Row(
      "CONTINUATION behind a whole block",
      [Frame.headers(1, post), Frame.continuation(1, [], complete: true)], .connection(.protocolError)),
    Row(
      "an index beyond the tables", [Frame.raw(1, flags: 5, 1, [0xff, 0x80, 0x01])],
      .connection(.compressionError)),
    Row("index 0", [Frame.raw(1, flags: 5, 1, [0x80])], .connection(.compressionError)),
    Row("a literal cut off", [Frame.raw(1, flags: 5, 1, [0, 5, 0x61])], .connection(.compressionError)),
    Row(
      "an integer of too many bytes",
      [Frame.raw(1, flags: 5, 1, [0xff] + [UInt8](repeating: 0xff, count: 9))],
      .connection(.compressionError)),
    Row(
      "bad Huffman padding", [Frame.raw(1, flags: 5, 1, [0, 0x81, 0x00, 0])], .connection(.compressionError)),
    Row(
      "a table larger than ours", [Frame.raw(1, flags: 5, 1, HPACK.tableSize(4097) + HPACK.literal(get))],
      .connection(.compressionError)),
    Row(
      "a smaller table", [Frame.raw(1, flags: 5, 1, HPACK.tableSize(0) + HPACK.literal(get))], .accepted,
      "1 head"),
    Row(
      "a change of the table behind fields",
      [Frame.raw(1, flags: 5, 1, HPACK.literal(get) + HPACK.tableSize(0))], .connection(.compressionError)),
    Row("no fields", [Frame.raw(1, flags: 5, 1)], .stream(.protocolError)),
  ]

  private static func cut(_ block: [UInt8]) -> [[UInt8]] {
    [
      Frame.raw(1, flags: 1, 1, Array(block.prefix(5))),
      Frame.continuation(1, Array(block.dropFirst(5).prefix(1)), complete: false),
      Frame.continuation(1, Array(block.dropFirst(6)), complete: true),
    ]
  }

  @Test("Section 4.3: header blocks", arguments: blocks) func block(row: Row) { expectServer(row) }

  static let padding = [
    Row(
      "DATA", [Frame.headers(1, post), Frame.raw(0, flags: 0x9, 1, [3] + Array("body".utf8) + [0, 0, 0])],
      .accepted, "1 body body"),
    Row(
      "nothing but padding", [Frame.headers(1, post), Frame.raw(0, flags: 0x9, 1, [2, 0, 0])], .accepted,
      "1 end"),
    Row(
      "DATA, as long as the frame", [Frame.headers(1, post), Frame.raw(0, flags: 0x8, 1, [3, 0, 0])],
      .connection(.protocolError)),
    Row(
      "DATA, without its length", [Frame.headers(1, post), Frame.raw(0, flags: 0x8, 1)],
      .connection(.protocolError)),
    Row("HEADERS", [Frame.raw(1, flags: 0xd, 1, [2] + HPACK.literal(get) + [0, 0])], .accepted, "1 head"),
    Row(
      "HEADERS, longer than the frame", [Frame.raw(1, flags: 0xd, 1, [200] + HPACK.literal(get))],
      .connection(.protocolError)),
  ]

  @Test("Section 6.1: padding", arguments: padding) func padded(row: Row) { expectServer(row) }

  static let ignored = [
    Row(
      "a frame of an unknown type", [Frame.raw(0xfa, 0, [1, 2]), Frame.headers(1, get, ends: true)],
      .accepted, "1 head"),
    Row(
      "flags that nobody knows", [Frame.raw(1, flags: 0xd7 & ~0x28, 1, HPACK.literal(get))], .accepted,
      "1 head"),
    Row(
      "the reserved bit", [Frame.raw(1, flags: 5, 0x8000_0001, HPACK.literal(get))], .accepted, "1 head"),
    Row(
      "unknown settings", [Frame.settings([(0xfafa, 1)]), Frame.headers(1, get, ends: true)], .accepted,
      "1 head"),
    Row("PRIORITY on a stream", [Frame.headers(1, post), Frame.priority(1, on: 0)], .accepted),
    Row(
      "PRIORITY on an idle stream", [Frame.priority(7, on: 0), Frame.headers(1, get, ends: true)], .accepted,
      "1 head"),
    Row(
      "priority in HEADERS", [Frame.raw(1, flags: 0x25, 1, Frame.word(3) + [1] + HPACK.literal(get))],
      .accepted,
      "1 head"),
    Row(
      "ALTSVC and ORIGIN", [Frame.raw(10, 0, [0, 0]), Frame.raw(12, 0), Frame.headers(1, get, ends: true)],
      .accepted, "1 head"),
    Row(
      "PRIORITY_UPDATE", [Frame.raw(16, 0, Frame.word(1) + [0x75]), Frame.headers(1, get, ends: true)],
      .accepted, "1 head"),
  ]

  @Test("Sections 5.3, 5.5: what is ignored", arguments: ignored) func ignores(row: Row) { expectServer(row) }

  static let frames = [
    Row("DATA on stream 0", [Frame.data(0, "x")], .connection(.protocolError)),
    Row("HEADERS on stream 0", [Frame.headers(0, get)], .connection(.protocolError)),
    Row("PRIORITY on stream 0", [Frame.priority(0, on: 1)], .connection(.protocolError)),
    Row("RST_STREAM on stream 0", [Frame.reset(0, 8)], .connection(.protocolError)),
    Row("RST_STREAM on an idle stream", [Frame.reset(1, 8)], .connection(.protocolError)),
    Row("SETTINGS on a stream", [Frame.headers(1, post), Frame.raw(4, 1)], .connection(.protocolError)),
    Row(
      "PUSH_PROMISE by a client", [Frame.headers(1, post), Frame.raw(5, flags: 4, 1, Frame.word(2))],
      .connection(.protocolError)),
    Row(
      "PING on a stream", [Frame.headers(1, post), Frame.raw(6, 1, [UInt8](repeating: 0, count: 8))],
      .connection(.protocolError)),
    Row(
      "GOAWAY on a stream", [Frame.headers(1, post), Frame.raw(7, 1, Frame.word(0) + Frame.word(0))],
      .connection(.protocolError)),
    Row(
      "GOAWAY", [Frame.headers(1, post), Frame.goAway(0, 0), Frame.data(1, "x", ends: true)], .accepted,
      "1 end"),
    Row("WINDOW_UPDATE on an idle stream", [Frame.windowUpdate(1, 1)], .connection(.protocolError)),
    Row("WINDOW_UPDATE of 0", [Frame.windowUpdate(0, 0)], .connection(.protocolError)),
    Row(
      "WINDOW_UPDATE of 0 on a stream", [Frame.headers(1, post), Frame.windowUpdate(1, 0)],
      .connection(.protocolError)),
    Row(
      "the connection's window overflows", [Frame.windowUpdate(0, 0x7fff_ffff)],
      .connection(.flowControlError)),
    Row(
      "a stream's window overflows", [Frame.headers(1, post), Frame.windowUpdate(1, 0x7fff_ffff)],
      .stream(.flowControlError)),
    Row(
      "a setting makes a stream's window overflow",
      [Frame.headers(1, post), Frame.windowUpdate(1, 0x7000_0000), Frame.settings([(4, 0x7fff_ffff)])],
      .connection(.flowControlError)),
    Row("SETTINGS_ENABLE_PUSH of 2", [Frame.settings([(2, 2)])], .connection(.protocolError)),
    Row(
      "SETTINGS_INITIAL_WINDOW_SIZE of 2^31", [Frame.settings([(4, 0x8000_0000)])],
      .connection(.flowControlError)),
    Row("SETTINGS_MAX_FRAME_SIZE of 16383", [Frame.settings([(5, 16383)])], .connection(.protocolError)),
    Row("SETTINGS_MAX_FRAME_SIZE of 2^24", [Frame.settings([(5, 1 << 24)])], .connection(.protocolError)),
    Row("SETTINGS_ENABLE_CONNECT_PROTOCOL of 2", [Frame.settings([(8, 2)])], .connection(.protocolError)),
    Row(
      "settings at their bounds",
      [Frame.settings([(1, 0), (2, 0), (3, 0), (4, 0x7fff_ffff), (5, 16384), (5, (1 << 24) - 1), (6, 0)])],
      .accepted, "settings"),
    Row("a SETTINGS ACK for nothing", [Frame.settingsAck, Frame.settingsAck], .connection(.protocolError)),
  ]

  @Test("Section 6: frames", arguments: frames) func frame(row: Row) { expectServer(row) }

  @Test func pingIsAnswered() {
    let driver = HTTP2Driver(.server)
    driver.receive(Frame.start + Frame.ping(7))
    #expect(HTTP2Frames.describe(driver.output).contains("PING 0 ack"))
    #expect(
      String(decoding: driver.output, as: UTF8.self).contains("\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}"))
    #expect(HTTP2Frames.describe(driver.output).filter { $0 == "SETTINGS 0 ack" }.count == 1)
  }
}
