import Primitives
import Testing

@testable import Mesh

@Suite struct ByteTableTests {
  private func find(_ table: ByteTable, _ text: String, scope: UInt32) -> Int {
    let bytes = Array(text.utf8)
    var hash = table.hash()
    for byte in bytes { hash.add(byte) }
    return table.find(hash, scope: scope, bytes.span, 0..<bytes.count, isFolded: false)
  }

  @Test func manyKeysInTwoScopes() {
    var table = ByteTable(capacity: 20_000, fields: 2, seed: 3)
    var positions: [[Int]] = [[], []]
    for index in 0..<10_000 {
      for scope in 0..<2 {
        let position = table.insert(Array("key-\(index)".utf8), scope: UInt32(scope))
        #expect(table[position, 0] == -1 && table[position, 1] == -1)
        table[position, 1] = Int32(index)
        positions[scope].append(position)
      }
    }
    #expect(table.insert(Array("key-7".utf8), scope: 0) == positions[0][7])
    for index in 0..<10_000 {
      for scope in 0..<2 {
        let position = find(table, "key-\(index)", scope: UInt32(scope))
        #expect(position == positions[scope][index])
        #expect(table[position, 0] == -1 && table[position, 1] == Int32(index))
      }
      #expect(find(table, "key-\(index)x", scope: 0) == -1)
    }
    #expect(find(table, "key-1", scope: 2) == -1)
    #expect(find(table, "", scope: 0) == -1)
  }

  @Test func capitalsFoldWhereAsked() {
    var table = ByteTable(capacity: 1, fields: 1, seed: 3)
    let position = table.insert(Array("abc-z".utf8), scope: 0, isReversed: true)
    let bytes = Array("ABC-Z".utf8)
    var hash = table.hash()
    for byte in bytes.reversed() { hash.add(byte.lowercased) }
    #expect(table.find(hash, scope: 0, bytes.span, 0..<5, isFolded: true) == position)
    #expect(table.find(hash, scope: 0, bytes.span, 0..<5, isFolded: false) == -1)
  }
}
