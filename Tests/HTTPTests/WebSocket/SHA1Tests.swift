import Testing

@testable import HTTP

@Suite struct SHA1Tests {
  private func hash(_ message: [UInt8]) -> String {
    let digest = SHA1.hash(message.span)
    var text = ""
    for i in 0..<20 { text += (digest[i] < 16 ? "0" : "") + String(digest[i], radix: 16) }
    return text
  }

  /// FIPS 180's own examples, and lengths around the end of a block, as `sha1sum` has them.
  @Test func knownDigests() {
    #expect(hash([]) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    #expect(hash(Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(
      hash(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    #expect(hash(Array(repeating: 97, count: 55)) == "c1c8bbdc22796e28c0e15163d20899b65621d65a")
    #expect(hash(Array(repeating: 97, count: 56)) == "c2db330f6083854c99d4b5bfb6e8f29f201be699")
    #expect(hash(Array(repeating: 97, count: 63)) == "03f09f5b158a7a8cdad920bddc29b81c18a551f5")
    #expect(hash(Array(repeating: 97, count: 64)) == "0098ba824b5c16427bd7a1122a5a442a25ec644d")
    #expect(hash(Array(repeating: 97, count: 65)) == "11655326c708d70319be2610e8a57d9a5b959d3b")
    #expect(hash(Array(repeating: 97, count: 1_000)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
  }
}
