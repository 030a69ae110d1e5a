import Testing

@testable import Discovery

@Suite struct FaultNotesTests {
  @Test func eachIsNewsOnce() {
    var notes = FaultNotes()
    let first = ["a", "b", "a"].map { notes.isNews($0) }
    notes.clear()
    let second = notes.isNews("a")
    #expect(first == [true, true, false] && second)
  }

  @Test func ofVeryManyTheFirstAreNews() {
    var notes = FaultNotes()
    var count = 0
    for number in 0..<1_000 where notes.isNews("\(number)") { count += 1 }
    #expect(count == 10)
  }

  @Test(arguments: [
    ([], nil), (["a"], "a"), (["b", "a", "b"], "a; b"), (["d", "c", "b", "a"], "a; b; c; and 1 more"),
  ])
  func allAreToldInOneLine(_ faults: [String], _ text: String?) {
    #expect(FaultNotes.text(faults) == text)
  }
}
