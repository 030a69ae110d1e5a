import Testing

@testable import Discovery

@Suite struct KubernetesListingTests {
  @Test func pagesAreBounded() throws {
    var listing = KubernetesListing()
    for page in 1..<KubernetesListing.mostPages { try listing.turn(to: "\(page)") }
    var last = listing
    try last.turn(to: "")
    #expect(throws: KubernetesListing.Fault.tooManyPages) { try listing.turn(to: "x") }
  }

  @Test func objectsAreBounded() throws {
    var listing = KubernetesListing()
    let object = KubernetesObject.endpoints(name: "a", service: "a", [])
    for _ in 0..<KubernetesListing.mostObjects { try listing.append(object) }
    #expect(throws: KubernetesListing.Fault.tooManyObjects) { try listing.append(object) }
  }

  /// Whatever came before leaves less for what follows.
  @Test func bytesAreBounded() {
    var listing = KubernetesListing()
    #expect(listing.room == 1 << 30)
    listing.received(bytes: 1 << 20)
    #expect(listing.room == 1 << 30 - 1 << 20)
    listing.received(bytes: 1 << 30)
    #expect(listing.room == 1)
  }
}
