import Primitives
import Testing

@testable import Mesh

@Suite struct ByteTableTests {
  private func find(_ table: ByteTable, _ text: String, scope: UInt32) -> Int {
    let bytes = Array(text.utf8)
    var hash = table.hash()
    for byte in bytes { hash.add(byte) }
    return table.find(hash, scope: scope, bytes.span, 0..<bytes.count)
  }

  @Test func manyKeysInTwoScopes() {
    var table = ByteTable(capacity: 20_000, seed: 3)
    for index in 0..<10_000 {
      #expect(table.insert(Array("key-\(index)".utf8), scope: 0, value: index) == index)
      #expect(table.insert(Array("key-\(index)".utf8), scope: 1, value: index + 10_000) == index + 10_000)
    }
    #expect(table.insert(Array("key-7".utf8), scope: 0, value: 99) == 7)
    for index in 0..<10_000 {
      #expect(find(table, "key-\(index)", scope: 0) == index)
      #expect(find(table, "key-\(index)", scope: 1) == index + 10_000)
      #expect(find(table, "key-\(index)x", scope: 0) == -1)
    }
    #expect(find(table, "key-1", scope: 2) == -1)
    #expect(find(table, "", scope: 0) == -1)
  }
}
