import Primitives
import Testing

@Suite struct NumberTableTests {
  @Test func namesHaveDenseNumbersInTheOrderOfAsking() {
    let table = NumberTable<String>()
    let held = ["a", "b", "c"].map { table.number(of: $0) }
    #expect(held.map(\.value) == [0, 1, 2])
    #expect(table.number(of: "b") === held[1])
    #expect(table.view.names == ["a", "b", "c"])
    #expect(table.view.tenures == [1, 1, 1])
  }

  @Test func aNumberIsAnothersOnlyWhenNobodyHoldsIt() {
    let table = NumberTable<String>()
    var a: StableNumber? = table.number(of: "a")
    let b = table.number(of: "b")
    var second = a
    a = nil
    #expect(table.number(of: "c").value == 2)
    // Nobody held that one.
    #expect(table.view.names == ["a", "b", nil])
    second = nil
    #expect(second == nil && table.view.names == [nil, "b", nil])
    let d = table.number(of: "d")
    #expect(d.value == 0 && b.value == 1)
    #expect(table.view.tenures == [2, 1, 1])
  }

  @Test func aNameThatComesBackIsHeldAnew() {
    let table = NumberTable<String>()
    var a: StableNumber? = table.number(of: "a")
    a = nil
    let again = table.number(of: "a")
    #expect(a == nil && again.value == 0)
    #expect(table.view.names == ["a"] && table.view.tenures == [2])
  }

  @Test func numbersMayOutliveTheirTable() {
    var table: NumberTable<String>? = NumberTable()
    let number = table!.number(of: "a")
    table = nil
    #expect(number.value == 0 && table == nil)
  }
}
