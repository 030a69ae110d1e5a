internal import Primitives

/// DATA frames that follow each other in the input, put together by their streams. One worker's, used again and again.
struct HTTP2DataRun: ~Copyable {
  /// Frames with more octets are worth their own way.
  static let most = 512
  /// Frames that are put together at a time.
  static let mostPieces = 4096
  /// Octets that come together in one frame, with all that they were padded with: less than every peer takes.
  private static let mostOctets = 16_000
  /// Octets of padding that one frame has room for, the one that tells of it among them.
  static let mostPadding = 256

  /// Where the content of a frame stands in the input.
  struct Piece {
    let start: Int32
    let length: Int16
    let part: Int16

    init(start: Int, length: Int, part: Int) {
      self.start = Int32(truncatingIfNeeded: start)
      self.length = Int16(truncatingIfNeeded: length)
      self.part = Int16(truncatingIfNeeded: part)
    }
  }

  /// What of a stream is put together.
  struct Part {
    let stream: Int32
    /// The stream is closed.
    let isClosed: Bool
    /// Octets that it may bring still.
    var room: Int
    var content = 0
    var padding = 0
    /// Where the next piece goes in `bytes`.
    var end = 0

    /// Nothing is in it, and nobody will read what will be.
    var isVain: Bool { isClosed && content == 0 }
    /// With the octet that tells of the padding, where there is some.
    var frameSize: Int { HTTP2FrameHeader.size &+ content &+ padding }
  }

  /// How far the input is taken.
  struct Cursor {
    /// Where the next frame begins.
    var at: Int
    /// Octets that the connection may bring still.
    var room: Int
    /// Frames taken.
    var count = 0
    /// What the next frame costs is charged.
    var isCharged = false
  }

  enum Stop {
    /// Here begins what cannot be put together with the frames before it.
    case end
    /// The next frame's stream is not known yet.
    case unknown(Int32)
    /// The next frame is a glitch.
    case glitch
    /// It is time to read what was put together.
    case full
  }

  /// Room for all that come together at a time, once any do.
  var pieces: [Piece] = []
  var pieceCount = 0
  var parts: [Part] = []
  /// Finds them.
  var index = HTTP2PartIndex()
  /// Frames as the peer could have sent them instead, of all runs of an input. Bodies are told as ranges of it.
  var bytes = ByteBuffer()

  /// What was put together is done with.
  mutating func forget() { bytes.clear() }

  /// - Parameter room: octets that the stream may bring still.
  mutating func addPart(of stream: Int32, room: Int, isClosed: Bool = false) {
    parts.append(Part(stream: stream, isClosed: isClosed, room: min(room, Self.mostOctets)))
    index.insert(parts)
  }
}

extension HTTP2FrameHeader {
  /// DATA of a few octets, and not its stream's end.
  var isPiece: Bool {
    type == HTTP2FrameType.data && flags & 0x1 == 0 && length > 0 && length <= HTTP2DataRun.most
  }
}
