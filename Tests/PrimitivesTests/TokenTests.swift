import Primitives
import Testing

@Suite struct TokenTests {
  @Test(
    arguments: [
      (0, 0, 1), (255, 0, 0xFF_FFFF), (7, 4_294_967_295, 1), (255, 4_294_967_295, 0xFF_FFFF), (1, 77, 1_000),
    ] as [(UInt8, Int, UInt32)])
  func packsAndUnpacks(_ kind: UInt8, _ slot: Int, _ generation: UInt32) {
    let token = Token(kind: kind, slot: slot, generation: generation)
    #expect(token.kind == kind)
    #expect(token.slot == slot)
    #expect(token.generation == generation)
    #expect(Token(raw: token.raw) == token)
    #expect(token != .none)
  }
}
