import HTTP
import Mesh
import Primitives
import Testing

@testable import Discovery

/// Where Endpoints are used since there were no slices, slices are looked for again.
@Suite struct KubernetesSlicesAgainTests {
  private let orders = KubernetesReference(namespace: "shop", service: "orders")

  /// On Endpoints.
  private func stage(status: Int = 404) throws -> KubernetesStage {
    let stage = try KubernetesStage()
    stage.server.refusals = ["endpointslices": status]
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    put(stage, "10.0.0.1")
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
    return stage
  }

  private func put(_ stage: KubernetesStage, _ addresses: String...) {
    let list = addresses.map { #"{"ip":"\#($0)"}"# }.joined(separator: ",")
    stage.server.put(
      .init(
        resource: "endpoints", namespace: "shop", name: "orders",
        rest: #""subsets":[{"addresses":[\#(list)],"ports":[{"port":8080}]}]"#))
  }

  private func asked(_ stage: KubernetesStage, _ resource: String, watches: Bool = false) -> Int {
    stage.server.requests.count { $0.resource == resource && $0.isWatch == watches }
  }

  /// Watches end, and with them so much time.
  private func pass(_ stage: KubernetesStage, minutes: Int64) throws {
    stage.server.endWatches()
    try stage.pass(.seconds(60 * minutes))
    try stage.settle()
  }

  @Test(arguments: [403, 404]) func whileThereAreNoneEndpointsGoOn(status: Int) throws {
    let stage = try stage(status: status)
    try pass(stage, minutes: 5)
    #expect(asked(stage, "endpointslices") == 1)
    try pass(stage, minutes: 6)
    #expect(asked(stage, "endpointslices") == 2)
    try pass(stage, minutes: 5)
    #expect(asked(stage, "endpointslices") == 2)
    put(stage, "10.0.0.1", "10.0.0.2")
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.2:8080"] })
    #expect(asked(stage, "endpoints") == 1, "the watch has gone on from its version")
    #expect(stage.source.state.failures == 0)
  }

  @Test(arguments: [403, 404]) func onceThereAreSomeTheyAreUsed(status: Int) throws {
    let stage = try stage(status: status)
    stage.server.refusals = [:]
    try pass(stage, minutes: 11)
    #expect(stage.server.watches.contains { $0.resource == "endpointslices" })
    #expect(stage.told.allSatisfy { !$0.endpoints.isEmpty })
    #expect(stage.source.state.failures == 0)
    put(stage)
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"))
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.2:8080"] })
    #expect(stage.told.allSatisfy { !$0.endpoints.isEmpty })
  }

  @Test func whatIsListedAnewIsLookedForInSlicesFirst() throws {
    let stage = try stage()
    stage.server.refusals = [:]
    stage.server.compact()
    stage.server.sendError(410, "too old resource version")
    #expect(try stage.turn { stage.server.watches.contains { $0.resource == "endpointslices" } })
    #expect(asked(stage, "endpoints") == 1)
  }

  /// Served, but whoever writes them has not come to this service yet.
  @Test func slicesThatNameNoneOfWhatIsKnownAreNotUsedYet() throws {
    let stage = try stage()
    stage.server.delete("endpointslices", "orders-a")
    stage.server.refusals = [:]
    try pass(stage, minutes: 11)
    #expect(asked(stage, "endpointslices") == 2)
    #expect(stage.server.watches.contains { $0.resource == "endpoints" })
    #expect(stage.used(orders) == ["10.0.0.1:8080"] && stage.told.count == 1)
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"), .ready("10.0.0.2"))
    try pass(stage, minutes: 11)
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.2:8080"] })
  }

  /// Endpoints serve: that slices cannot be looked for is no fault.
  @Test(arguments: [429, 500, 503]) func aLookThatFailsIsNoFault(status: Int) throws {
    let stage = try stage()
    stage.server.refusals = ["endpointslices": status]
    try pass(stage, minutes: 11)
    #expect(asked(stage, "endpointslices") == 2)
    #expect(stage.source.state.failures == 0)
    put(stage, "10.0.0.2")
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.2:8080"] })
  }

  /// The way is cut while they are looked for: Endpoints go on from where they were.
  @Test func aLookThatIsCutOffGoesOnWithEndpoints() throws {
    let stage = try stage()
    stage.server.endWatches()
    try stage.turn(times: 1)
    stage.server.isCutOff = true
    try stage.pass(.seconds(660))
    try stage.pass(.seconds(31))
    #expect(try stage.turn { stage.source.state.fault != nil })
    stage.server.isCutOff = false
    put(stage, "10.0.0.2")
    for _ in 0..<3 { try stage.pass(.seconds(31)) }
    try stage.settle()
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.2:8080"] })
    #expect(asked(stage, "endpoints") == 1)
  }
}
