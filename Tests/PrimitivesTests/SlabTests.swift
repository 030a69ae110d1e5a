import Primitives
import Testing

@Suite struct SlabTests {
  private final class Thing {
    let number: Int
    init(_ number: Int) { self.number = number }
  }

  @Test func aTokenFindsItsObjectAndNoOther() {
    var slab = Slab<Thing>(kind: 3)
    let first = slab.insert(Thing(1))
    let second = slab.insert(Thing(2))
    #expect(first.kind == 3 && first != second)
    #expect(slab[first]?.number == 1)
    #expect(slab[second]?.number == 2)
    #expect(slab.count == 2)
    let removed = [slab.remove(first)?.number, slab.remove(first)?.number]
    #expect(removed == [1, nil])
    #expect(slab[first] == nil)
    let third = slab.insert(Thing(3))
    #expect(third.slot == first.slot, "slots are used again")
    #expect(third != first)
    #expect(slab[first] == nil)
    #expect(slab[third]?.number == 3)
    #expect(slab.count == 2)
  }

  @Test func strangeTokensFindNothing() {
    var slab = Slab<Thing>(kind: 1)
    let token = slab.insert(Thing(1))
    #expect(slab[.none] == nil)
    #expect(slab[Token(kind: 2, slot: token.slot, generation: token.generation)] == nil)
    #expect(slab[Token(kind: 1, slot: 99, generation: 1)] == nil)
    #expect(slab[Token(kind: 1, slot: token.slot, generation: token.generation + 1)] == nil)
    #expect(slab[Token(raw: .max)] == nil)
  }

  @Test func generationsWrapWithoutZero() {
    var slab = Slab<Thing>(kind: 0, firstGeneration: 0xFF_FFFE)
    var generations: [UInt32] = []
    for _ in 0..<4 {
      let token = slab.insert(Thing(1))
      generations.append(token.generation)
      #expect(slab[.none] == nil)
      slab.remove(token)
      #expect(slab[token] == nil)
    }
    #expect(generations == [0xFF_FFFE, 0xFF_FFFF, 1, 2])
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func behavesAsADictionary(_ seed: UInt64) {
    var random = Random(seed: seed)
    var slab = Slab<Thing>(kind: 5)
    var model: [Token: Int] = [:]
    var gone: [Token] = []
    for number in 0..<3_000 {
      if random.next(below: 5) < 3 {
        let token = slab.insert(Thing(number))
        #expect(model.updateValue(number, forKey: token) == nil)
      } else if let token = model.keys.min(by: { $0.raw &* 31 % 101 < $1.raw &* 31 % 101 }) {
        let removed = slab.remove(token)?.number
        #expect(removed == model.removeValue(forKey: token))
        gone.append(token)
      }
      #expect(slab.count == model.count)
    }
    for (token, number) in model { #expect(slab[token]?.number == number) }
    for token in gone { #expect(slab[token] == nil) }
    #expect(slab.all.map(\.number).sorted() == model.values.sorted())
    var visited: [Int] = []
    slab.forEach { visited.append($0.number) }
    #expect(visited.sorted() == model.values.sorted())
  }
}
