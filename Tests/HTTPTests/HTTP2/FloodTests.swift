import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Peers that make us work for nothing: the connection ends, at a known price.
@Suite struct FloodTests {
  /// Each is sent over and over: a frame or two, made for the turn.
  struct Flood: CustomTestStringConvertible, Sendable {
    let name: String
    let error: HTTP2ConnectionError
    let frames: @Sendable (UInt32) -> [UInt8]
    var testDescription: String { name }

    init(
      _ name: String, _ error: HTTP2ConnectionError, frames: @escaping @Sendable (UInt32) -> [UInt8]
    ) {
      self.name = name
      self.error = error
      self.frames = frames
    }
  }

  static let floods = [
    Flood("rapid reset", .resetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true) + Frame.reset($0 * 2 + 1, 8)
    },
    Flood("resets that we are made to send: windows", .forcedResetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true) + Frame.windowUpdate($0 * 2 + 1, 0x7fff_ffff)
    },
    Flood("resets that we are made to send: malformed", .malformedFlood) {
      Frame.headers($0 * 2 + 1, get + get, ends: true)
    },
    Flood("resets that we are made to send: our own rules", .malformedFlood) {
      Frame.headers($0 * 2 + 1, [(":method", "GET"), (":scheme", "x"), (":path", "/"), (":authority", "h")])
    },
    Flood("resets that we are made to send: lengths", .malformedFlood) {
      Frame.headers($0 * 2 + 1, post + [("content-length", "1")]) + Frame.data($0 * 2 + 1, "", ends: true)
    },
    Flood("header blocks beyond the limits", .headerBomb) {
      Frame.headers($0 * 2 + 1, get + (0..<500).map { _ in ("cookie", "") }, ends: true)
    },
    Flood("CONTINUATION", .resetFlood) {
      Frame.headers($0 * 2 + 1, get, ends: true, complete: false)
        + Frame.continuation($0 * 2 + 1, [], complete: true)
        + Frame.reset($0 * 2 + 1, 8)
    },
    Flood("SETTINGS", .settingsFlood) { _ in Frame.settings([]) },
    Flood("SETTINGS that flap", .settingsFlood) {
      Frame.settings([(1, $0 % 2 * 4096), (4, 65535 + $0 % 2)])
    },
    Flood("PING", .pingFlood) { _ in Frame.ping() },
    Flood("PRIORITY", .priorityFlood) { Frame.priority($0 * 2 + 1, on: 0) },
    Flood("PRIORITY_UPDATE", .unknownFrameFlood) { _ in Frame.raw(16, 0, Frame.word(1) + [0x75]) },
    Flood("unknown frames", .unknownFrameFlood) { _ in Frame.raw(0xfa, 0) },
    Flood("WINDOW_UPDATE", .windowUpdateFlood) { _ in Frame.windowUpdate(0, 1) },
    Flood("empty DATA", .emptyFrameFlood) { ($0 == 0 ? Frame.headers(1, post) : []) + Frame.data(1, "") },
    Flood("DATA with nothing but padding", .emptyFrameFlood) {
      ($0 == 0 ? Frame.headers(1, post) : []) + Frame.raw(0, flags: 8, 1, [2, 0, 0])
    },
    Flood("WINDOW_UPDATE on a stream", .windowUpdateFlood) {
      ($0 == 0 ? Frame.headers(1, post) : []) + Frame.windowUpdate(1, 1)
    },
    Flood("GOAWAY", .goAwayFlood) { ($0 == 0 ? Frame.headers(1, post) : []) + Frame.goAway(0, 0) },
    Flood("RST_STREAM on a stream that has ended", .closedStreamFlood) {
      ($0 == 0 ? Frame.headers(1, post) + Frame.reset(1, 8) : []) + Frame.reset(1, 8)
    },
  ]

  @Test(arguments: floods) func flood(flood: Flood) {
    for together in [true, false] {
      let driver = HTTP2Driver(.server, settings: .budget)
      driver.receive(Frame.start)
      let pieces = (0..<300).map { flood.frames(UInt32($0)) }
      for piece in together ? [pieces.flatMap { $0 }] : pieces where driver.error == nil {
        driver.receive(piece)
      }
      #expect(driver.error == flood.error, "\(flood.name), together: \(together)")
      #expect(HTTP2Frames.describe(driver.output).last == "GOAWAY 0 11")
      #expect(HTTP2Frames.debugData(driver.output) == "\(flood.error.text)")
      #expect(driver.session.isFinished)
    }
  }

  static let endpointFloods: [Flood] =
    floods.filter {
      ["SETTINGS", "PING", "PRIORITY", "unknown frames", "WINDOW_UPDATE"].contains($0.name)
    } + [
      Flood("empty DATA", .emptyFrameFlood) {
        ($0 == 0 ? Frame.headers(1, [(":status", "200")]) : []) + Frame.data(1, "")
      },
      Flood("GOAWAY", .goAwayFlood) { _ in Frame.goAway(0x7fff_ffff, 0) },
      Flood("resets", .closedStreamFlood) { ($0 == 0 ? Frame.reset(1, 8) : []) + Frame.reset(1, 8) },
      Flood("pushes", .forcedResetFlood) {
        Frame.raw(5, flags: 4, 1, Frame.word(2 * $0 + 2) + HPACK.literal(get))
      },
    ]

  @Test("Floods by endpoints", arguments: endpointFloods) func endpointFlood(flood: Flood) {
    let driver = HTTP2Driver(.client, settings: .budget)
    _ = start(driver)
    driver.receive(Frame.settings([]) + (0..<300).flatMap { flood.frames(UInt32($0)) })
    #expect(driver.error == flood.error)
    #expect(HTTP2Frames.describe(driver.output).last == "GOAWAY 0 11")
    #expect(HTTP2Frames.debugData(driver.output) == "\(flood.error.text)")
  }

  @Test func wordsDifferAndFit() {
    let words = HTTP2ConnectionError.allCases.map(\.text.description)
    #expect(Set(words).count == words.count)
    for text in words {
      #expect(text.utf8.count < 64 && text.utf8.allSatisfy { $0 >= 32 && $0 < 127 && $0 != 34 })
    }
  }
}
