import Primitives
import Testing

@Suite struct LentTests {
  final class Thing: TurnLived {
    var number = 1
    @Lent var other: Thing?
  }

  struct Either {
    private var a = Lent<Thing>()
    private var b = Lent<Thing>()
    init(b: Thing) { self.b = Lent(b) }
    var isNil: Bool { a.isNil && b.isNil }
    func callAsFunction<Result>(_ body: (Thing) -> Result) -> Result? {
      if !a.isNil { return a { body($0) } }
      return b { body($0) }
    }
  }

  @Test func lendsWhatItWasGiven() {
    let thing = Thing()
    let lent = Lent(thing)
    #expect(!lent.isNil)
    #expect(lent.isSame(as: thing))
    #expect(lent { $0.number } == 1)
    #expect(lent.wrappedValue === thing)
    #expect(Lent<Thing>().isNil)
    #expect(Lent<Thing>()({ $0.number }) == nil)
    #expect(Lent<Thing>().wrappedValue == nil)
  }

  @Test func anEither() {
    let thing = Thing()
    let lent = Either(b: thing)
    #expect(!lent.isNil)
    #expect(lent { $0.number } == 1)
  }

  @Test func asAProperty() {
    let thing = Thing()
    let other = Thing()
    #expect(thing.$other.isNil)
    thing.other = other
    #expect(thing.$other { $0.number } == 1)
    thing.$other = Lent()
    #expect(thing.other == nil)
    thing.$other = Lent(other)
    #expect(thing.$other.isSame(as: other))
    thing.other = nil
    #expect(thing.$other.isNil)
  }

  @Test func aSlabLendsWhatItHolds() {
    var slab = Slab<Thing>(kind: 1)
    let thing = Thing()
    let token = slab.insert(thing)
    let lent = slab.lent(token)
    #expect(lent { $0 === thing } == true)
    slab.remove(token)
    #expect(slab.lent(token).isNil)
  }
}
