import Primitives
import Testing

@Suite struct ChunkedArrayTests {
  private static let counts = [0, 1, 255, 256, 257, 1_000]

  @Test(arguments: counts) func holdsWhatWasAppended(_ count: Int) {
    let array = ChunkedArray(0..<count)
    #expect(array.count == count && Array(array) == Array(0..<count))
    #expect((0..<count).allSatisfy { array[$0] == $0 })
  }

  @Test func aCopyDoesNotSeeWhatChangesInItsOriginal() {
    var array = ChunkedArray(0..<600)
    let copy = array
    array[300] = -1
    array.append(600)
    #expect(copy[300] == 300 && copy.count == 600)
    #expect(array[300] == -1 && array.count == 601)
    #expect(array.chunks[0] === copy.chunks[0] && array.chunks[1] !== copy.chunks[1])
    #expect(array.changed(since: copy, isSame: ==) == [300, 600])
    #expect(copy.changed(since: array, isSame: ==) == [300])
  }

  @Test func mapsOnlyPiecesThatAreOthers() {
    var array = ChunkedArray(0..<600)
    let before = array
    let mapped: ChunkedArray<String> = before.map { "\($0)" }
    array[599] = -1
    var made = 0
    let again: ChunkedArray<String> = array.map(like: (before, mapped)) { element in
      made += 1
      return "\(element)"
    }
    #expect(made == 600 - 512)
    #expect(again[0] == "0" && again[599] == "-1" && again.count == 600)
  }
}
