/// One line of the view: pieces of text with their styles. Every character counts as one column, so it takes no
/// wide ones.
struct StyledLine: Equatable {
  enum Side { case left, right }

  private(set) var pieces: [(text: String, style: Style)] = []
  private(set) var width = 0

  init() {}
  init(_ text: String, _ style: Style = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: Style = .plain) {
    if text.isEmpty { return }
    pieces.append((text, style))
    width += text.count
  }

  /// Text in a column of its own; what does not fit is cut.
  mutating func add(_ text: String, _ style: Style = .plain, column: Int, _ side: Side = .left) {
    let cut = String(text.prefix(column))
    let space = String(repeating: " ", count: column - cut.count)
    if side == .right { add(space) }
    add(cut, style)
    if side == .left { add(space) }
  }

  /// The line as it goes to a terminal, cut at `columns`.
  func rendered(columns: Int, colours: Bool) -> String {
    var output = ""
    var room = columns
    for piece in pieces where room > 0 {
      let text = String(piece.text.prefix(room))
      room -= text.count
      let isStyled = colours && piece.style != .plain
      output += isStyled ? "\u{1B}[\(piece.style.rawValue)m\(text)\u{1B}[0m" : text
    }
    return output
  }

  static func == (a: Self, b: Self) -> Bool {
    a.pieces.count == b.pieces.count && zip(a.pieces, b.pieces).allSatisfy { $0 == $1 }
  }
}
