import Primitives
import Testing

@Suite struct RandomTests {
  @Test func theSameSeedGivesTheSameRun() {
    var a = Random(seed: 42)
    var b = Random(seed: 42)
    var c = Random(seed: 43)
    let first = (0..<100).map { _ in a.next() }
    #expect(first == (0..<100).map { _ in b.next() })
    #expect(first != (0..<100).map { _ in c.next() })
    #expect(Set(first).count == 100)
  }

  /// The first numbers of the authors' own programs, splitmix64.c feeding xoshiro256starstar.c, for seed 0.
  @Test func followsTheReference() {
    var random = Random(seed: 0)
    let first = (0..<3).map { _ in random.next() }
    #expect(first == [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0])
  }

  @Test func boundsHoldAndNothingIsLeftOut() {
    var random = Random(seed: 1)
    let zeros = [random.next(below: 0), random.next(below: -5), random.next(below: 1)]
    #expect(zeros == [0, 0, 0])
    var counts = Array(repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.next(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    let large = (0..<1_000).map { _ in random.next(below: .max) }
    #expect(large.allSatisfy { $0 >= 0 })
    #expect((large.max() ?? 0) > .max / 2)
  }

  @Test func unitsAreBelowOne() {
    var random = Random(seed: 2)
    let units = (0..<10_000).map { _ in random.nextUnit() }
    #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(units.reduce(0, +) / 10_000 - 0.5) < 0.02)
  }
}
