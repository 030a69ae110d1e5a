import Policy
import Testing

@Suite struct StatusSetTests {
  @Test func holdsExactlyWhatWasInserted() {
    var set: StatusSet = [100, 503]
    let inserted = [set.insert(599), set.insert(164)]
    #expect(inserted == [true, true])
    #expect((0..<1_000).filter { set.contains($0) } == [100, 164, 503, 599])
    #expect(!set.contains(-1))
    #expect(set == [599, 164, 503, 100])
    #expect(set != [599, 164, 503])
  }

  @Test func refusesWhatIsNoStatus() {
    var set = StatusSet()
    for status in [-1, 0, 99, 600, .max, .min] {
      let inserted = set.insert(status)
      #expect(!inserted)
    }
    #expect(set == [])
  }
}
