import HTTP
import Mesh
import Primitives
import Testing

@testable import Discovery

/// An API server whose answers are JSON, and cannot be true.
@Suite struct KubernetesNonsenseTests {
  private let orders = KubernetesReference(namespace: "shop", service: "orders")

  private func stage() throws -> KubernetesStage {
    let stage = try KubernetesStage()
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    return stage
  }

  /// As it would be remembered for ever.
  @Test func aListThatGoesOnWhereItWas() throws {
    let stage = try stage()
    stage.server.continuation = "more"
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.fault != nil || stage.server.requests.count > 50 })
    #expect(stage.source.state.fault?.contains("does not go on") == true)
    #expect(stage.told.isEmpty)
    stage.server.continuation = nil
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
  }

  @Test(arguments: ["{}", "\"\"", "3", "{\"a\":[]}", "[3]"]) func itemsThatAreNoList(_ items: String) throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.server.items = items
    stage.server.compact()
    stage.server.sendError(410, "too old resource version")
    #expect(try stage.turn { stage.source.state.fault != nil || stage.told.count > 1 })
    #expect(stage.source.state.fault != nil && stage.told.count == 1)
    stage.server.items = nil
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.told.count == 1)
  }

  /// As older servers write an empty one.
  @Test func noItemsAreAnEmptyList() throws {
    let stage = try stage()
    stage.server.items = "null"
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == [])
  }

  /// Whether anything was missed is not known.
  @Test(arguments: [
    #"{"type":"REPLACED","object":{"metadata":{"name":"orders-a","resourceVersion":"900"}}}"#,
    #"{"object":{"metadata":{"name":"orders-a","resourceVersion":"900"}}}"#,
    #"{"type":3,"object":{"metadata":{"name":"orders-a","resourceVersion":"900"}}}"#,
    #"{"type":"ADDED"}"#, #"{"type":"DELETED","object":null}"#, #"{"type":"MODIFIED","object":[]}"#,
  ])
  func anEventOfNoKindIsNoChange(_ event: String) throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    let former = stage.server.requests.count
    let labelled = event.replacing(
      #""resourceVersion":"900""#,
      with: #""resourceVersion":"900","labels":{"kubernetes.io/service-name":"orders"}"#)
    stage.server.sendRaw(labelled + "\n")
    #expect(try stage.turn { stage.source.state.fault != nil || stage.told.count > 1 })
    #expect(stage.source.state.fault?.contains("event") == true && stage.told.count == 1)
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.server.requests.dropFirst(former).contains { !$0.isWatch })
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
  }
}
