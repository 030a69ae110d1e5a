import HTTP
import Testing

@Suite struct FieldIDTests {
  private func id(_ name: String) -> FieldID { id(Array(name.utf8)) }

  private func id(_ name: [UInt8]) -> FieldID { FieldID(name: name.span) }

  @Test(arguments: FieldID.allCases)
  func knownNamesInAnyCase(known: FieldID) {
    if known == .other { return }
    let name = "\(known.name)"
    #expect(name == name.lowercased())
    #expect(id(name) == known)
    #expect(id(name.uppercased()) == known)
    #expect(id(name.capitalized) == known)
  }

  /// A decoder reads names in words of its own; those of 8, 16 or 24 bytes end where a word does.
  @Test(arguments: FieldID.allCases)
  func knownNamesInAHead(known: FieldID) {
    if [.other, .host, .contentLength, .transferEncoding, .expect].contains(known) { return }
    for padding in ["", String(repeating: "x", count: 64)] {
      var head = MessageHead()
      read("GET / HTTP/1.1\r\nHost: h\r\n\(known.name): a\(padding)\r\n\r\n", into: &head)
      let id = head.fields[1].id
      #expect(id == known)
    }
  }

  /// A byte that differs in its fifth bit only is another one, unless it is a letter.
  @Test(arguments: FieldID.allCases)
  func nearMisses(known: FieldID) {
    let bytes = Array("\(known.name)".utf8)
    for place in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[place] ^= 1 << UInt8(bit)
        let isOtherCase = bit == 5 && (97...122).contains(bytes[place])
        let found = id(other)
        #expect((found == known) == isOtherCase, "\(other)")
      }
    }
    if known == .other { return }
    #expect(id(bytes + [97]) != known)
    #expect(id(Array(bytes.dropLast())) != known)
  }

  @Test func others() {
    for name in [
      "", "x", "accept", "x-forwarded-foo", String(repeating: "a", count: 25),
      String(repeating: "a", count: 300),
    ] {
      #expect(id(name) == .other)
    }
    #expect(FieldID.allCases.count <= 64)
  }
}

extension String {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
