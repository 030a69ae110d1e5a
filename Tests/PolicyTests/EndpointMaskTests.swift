import Policy
import Testing

@Suite struct EndpointMaskTests {
  @Test func holdsFourAndForgetsTheOldest() {
    var mask = EndpointMask()
    #expect(mask.isEmpty)
    #expect(!mask.contains(0))
    for index in [9, 0, 9, 4, 7] { mask.insert(index) }
    #expect(!mask.isEmpty)
    #expect([9, 0, 4, 7].allSatisfy(mask.contains))
    mask.insert(11)
    #expect(!mask.contains(9))
    #expect([0, 4, 7, 11].allSatisfy(mask.contains))
  }
}
