import HTTP
import Mesh
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Discovery

/// The source against a fake API server: what is told, and what happens when things go wrong.
@Suite struct KubernetesSourceTests {
  let orders = KubernetesReference(namespace: "shop", service: "orders")

  /// A service with one pod.
  private func stage(
    _ change: (inout KubernetesSettings) -> Void = { _ in }
  ) throws -> KubernetesStage {
    let stage = try KubernetesStage(change)
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    return stage
  }

  @Test func listsAndThenWatches() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
    #expect(stage.source.state.answered == 1 && stage.source.state.confirmed != nil)
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"), .ready("10.0.0.2"))
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.2:8080"] })
    stage.server.delete("endpointslices", "orders-a")
    #expect(try stage.turn { stage.used(orders) == [] })
    #expect(stage.told.count == 3)
    #expect(stage.server.requests.filter(\.isWatch).allSatisfy { $0.query["allowWatchBookmarks"] == "true" })
    #expect(
      stage.server.requests.filter(\.isWatch).allSatisfy {
        300..<600 ~= Int($0.query["timeoutSeconds"] ?? "") ?? 0
      })
  }

  @Test(arguments: [1, 2, 7, 64]) func eventsMayBeCutAnywhere(piece: Int) throws {
    let stage = try stage()
    stage.server.piece = piece
    stage.watch(orders)
    try stage.settle()
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.9", #","zone":"a{\"}[ä""#))
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.9:8080"] })
    #expect(stage.told.last?.endpoints.last?.zone == "a{\"}[ä")
  }

  @Test func listsComeInPages() throws {
    let stage = try stage()
    stage.server.page = 2
    for number in 2...9 { stage.putSlice("orders-\(number)", of: "orders", .ready("10.0.0.\(number)")) }
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders)?.count == 9)
    #expect(stage.told.count == 1)
    #expect(stage.server.requests.count { $0.query["continue"] != nil } == 4)
  }

  @Test func aPageThatIsForgottenBeginsTheListAnew() throws {
    let stage = try stage()
    stage.server.page = 2
    for number in 2...5 { stage.putSlice("orders-\(number)", of: "orders", .ready("10.0.0.\(number)")) }
    stage.watch(orders)
    #expect(try stage.turn { stage.server.requests.contains { $0.resource == "endpointslices" } })
    stage.server.compact()
    try stage.settle()
    #expect(stage.used(orders)?.count == 5)
    #expect(stage.told.count == 1)
    #expect(stage.source.state.failures == 0)
  }

  @Test func aWatchThatEndsGoesOnFromItsVersion() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.server.sendBookmarks()
    try stage.turn(times: 5)
    let version = stage.server.version
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"))
    stage.server.endWatches()
    try stage.settle()
    #expect(try stage.turn { stage.used(orders)?.count == 2 })
    let last = stage.server.requests.suffix(2)
    #expect(last.allSatisfy { $0.isWatch && $0.query["resourceVersion"] == "\(version)" })
    #expect(stage.source.state.failures == 0)
  }

  @Test func aConnectionThatIsCutLosesNothing() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"))
    #expect(try stage.turn { stage.used(orders)?.count == 2 })
    stage.server.disconnect()
    stage.putSlice("orders-c", of: "orders", .ready("10.0.0.3"))
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(try stage.turn { stage.used(orders)?.count == 3 })
    #expect(stage.server.requests.count { !$0.isWatch } == 2)
  }

  /// Both ways in which a server says that it has forgotten a version.
  @Test(arguments: [true, false]) func whatIsForgottenIsListedAnewAndOnlyDifferencesAreTold(inStream: Bool)
    throws
  {
    let stage = try stage()
    let web = KubernetesReference(namespace: "shop", service: "web")
    stage.putService("web")
    stage.putSlice("web-a", of: "web", .ready("10.0.1.1"))
    stage.watch(orders, web)
    try stage.settle()
    #expect(stage.told.count == 2)
    if inStream {
      stage.putSlice("orders-a", of: "orders", .ready("10.0.0.7"))
      stage.server.compact()
      stage.server.sendError(410, "too old resource version")
    } else {
      stage.server.disconnect()
      stage.putSlice("orders-a", of: "orders", .ready("10.0.0.7"))
      stage.server.compact()
      try stage.pass(.seconds(2))
    }
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.7:8080"] })
    try stage.settle()
    #expect(stage.told.count == 3)
    #expect(stage.used(web) == ["10.0.1.1:8080"])
  }

  @Test func theLastAnswerHoldsWhileTheServerIsAway() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.server.refusals = ["services": 503, "endpointslices": 503]
    stage.server.disconnect()
    try stage.pass(.seconds(2))
    #expect(try stage.turn { stage.source.state.fault != nil })
    #expect(!stage.source.state.isRefused && stage.source.state.knowsAny)
    for _ in 0..<20 { try stage.pass(.seconds(60)) }
    #expect(stage.told.count == 1)
    #expect(stage.source.state.failures > 10)
    stage.server.refusals = [:]
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.8"))
    try stage.pass(.seconds(70))
    try stage.settle()
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.8:8080"] })
    #expect(stage.told.count == 2)
  }

  @Test func aServerThatIsTooBusyIsLeftAlone() throws {
    let stage = try stage()
    stage.server.refusals = ["services": 429, "endpointslices": 429]
    stage.server.refusalFields = "Retry-After: 100\r\n"
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.failures == 2 })
    try stage.pass(.seconds(99))
    try stage.turn(times: 20)
    #expect(stage.server.requests.count == 2)
    stage.server.refusals = [:]
    try stage.pass(.seconds(12))
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
  }

  @Test func forbiddenIsToldWithWhatWouldAllowIt() throws {
    let stage = try stage()
    stage.server.refusals = ["services": 403]
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.fault != nil })
    #expect(
      stage.source.state.fault
        == "may not list services in namespace shop (403): a Role there with apiGroups [\"\"], resources [services] and verbs [list, watch] would allow it: cannot list"
    )
    #expect(stage.told.isEmpty && stage.source.state.isRefused && !stage.source.state.knowsAny)
  }

  /// Each namespace has rights of its own.
  @Test func allThatIsForbiddenIsTold() throws {
    let stage = try stage()
    stage.server.refusals = ["services": 403]
    stage.watch(orders, KubernetesReference(namespace: "attic", service: "orders"))
    #expect(
      try stage.turn {
        let parts = stage.source.state.fault?.split(separator: ";") ?? []
        return parts.count == 2 && parts[0].contains("namespace attic") && parts[1].contains("namespace shop")
      })
  }

  @Test(arguments: [403, 404]) func endpointsServeWhereThereAreNoSlices(status: Int) throws {
    let stage = try stage()
    stage.server.refusals = ["endpointslices": status]
    stage.server.put(
      .init(
        resource: "endpoints", namespace: "shop", name: "orders",
        rest:
          #""subsets":[{"addresses":[{"ip":"10.0.0.3","hostname":"orders-0"}],"notReadyAddresses":[{"ip":"10.0.0.4"}],"ports":[{"port":9090}]}]"#
      ))
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.3:9090"])
    #expect(stage.told.last?.endpoints.map(\.unused) == [nil, .notReady])
    #expect(stage.source.state.failures == 0)
  }

  @Test func slicesThatWereServedAreGivenUpOnlyWhenTheyAreRefusedTwice() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.server.refusals = ["endpointslices": 403]
    stage.server.disconnect()
    try stage.pass(.seconds(2))
    #expect(try stage.turn { stage.source.state.fault != nil })
    stage.server.refusals = [:]
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.8"))
    try stage.pass(.seconds(4))
    try stage.settle()
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.8:8080"] })
    #expect(!stage.server.requests.contains { $0.resource == "endpoints" })
    stage.server.refusals = ["endpointslices": 403]
    stage.server.disconnect()
    for _ in 0..<4 { try stage.pass(.seconds(4)) }
    #expect(try stage.turn { stage.server.requests.contains { $0.resource == "endpoints" } })
  }

  @Test func neitherSlicesNorEndpointsIsAFault() throws {
    let stage = try stage()
    stage.server.refusals = ["endpointslices": 403, "endpoints": 403]
    stage.watch(orders)
    #expect(try stage.turn { stage.source.state.fault != nil })
    let fault = stage.source.state.fault ?? ""
    #expect(fault.contains("list endpointslices.discovery.k8s.io in namespace shop (403)"))
    #expect(fault.contains("nor will Endpoints do: may not list endpoints in namespace shop (403)"))
    stage.server.refusals = [:]
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
  }

  @Test func aServiceThatIsNotThereHasNoEndpointsAndIsNoFault() throws {
    let stage = try KubernetesStage()
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders) == [])
    #expect(stage.source.state.fault == nil && stage.source.state.answered == 1)
    #expect(stage.source.remark(on: .kubernetes(orders)) == "there is no Service orders in namespace shop")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    stage.putService("orders")
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080"] })
    #expect(stage.source.remark(on: .kubernetes(orders)) == nil)
  }

  @Test func aServiceMayBecomeAnExternalNameAndBack() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.putService("orders", #""type":"ExternalName","externalName":"a.example","ports":[{"port":80}]"#)
    #expect(try stage.turn { stage.delegated == ["orders.shop to a.example.:80"] })
    #expect(
      stage.source.remark(on: .kubernetes(orders))
        == "the Service is an ExternalName: DNS is asked for a.example.")
    #expect(stage.told.count == 1 && stage.source.state.fault == nil)
    stage.putService("orders", #""type":"ExternalName","externalName":"b.example","ports":[{"port":81}]"#)
    #expect(try stage.turn { stage.delegated.last == "orders.shop to b.example.:81" })
    stage.putService("orders")
    #expect(try stage.turn { stage.told.count == 2 })
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
    #expect(stage.source.remark(on: .kubernetes(orders)) == nil)
  }

  @Test func onlyWhatIsAskedForIsAskedFor() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    let queries = stage.server.requests.filter { !$0.isWatch }.map(\.query)
    #expect(queries.contains { $0["fieldSelector"] == "metadata.name=orders" })
    #expect(queries.contains { $0["labelSelector"] == "kubernetes.io/service-name in (orders)" })
    #expect(stage.server.requests.allSatisfy { $0.namespace == "shop" })
  }

  @Test func whatIsAskedForCanChange() throws {
    let stage = try stage()
    let web = KubernetesReference(namespace: "shop", service: "web")
    let far = KubernetesReference(namespace: "far", service: "web")
    stage.putService("web")
    stage.putSlice("web-a", of: "web", .ready("10.0.1.1"))
    stage.putService("web", namespace: "far")
    stage.putSlice("web-a", of: "web", namespace: "far", .ready("10.1.1.1"))
    stage.watch(orders)
    try stage.settle()
    stage.watch(orders, web, far)
    #expect(try stage.turn { stage.used(web) == ["10.0.1.1:8080"] && stage.used(far) == ["10.1.1.1:8080"] })
    #expect(stage.told.count == 3, "what was known is not told again")
    stage.watch(web)
    #expect(try stage.turn { stage.server.watches.allSatisfy { $0.namespace == "shop" } })
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.2"))
    stage.putSlice("web-a", of: "web", .ready("10.0.1.2"))
    #expect(try stage.turn { stage.used(web) == ["10.0.1.2:8080"] })
    #expect(stage.told.count == 4)
    stage.watch(web, orders)
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.2:8080"] })
    #expect(stage.source.state.references == 2)
  }

  @Test func nonsenseInAWatchIsListedAnew() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.server.sendRaw("{\"type\":\"ADDED\",\"object\":{]\n")
    #expect(try stage.turn { stage.source.state.fault != nil })
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.2"))
    try stage.pass(.seconds(2))
    try stage.settle()
    #expect(stage.used(orders) == ["10.0.0.2:8080"])
  }

  @Test func nothingIsToldOnceStopped() throws {
    let stage = try stage()
    stage.watch(orders)
    try stage.settle()
    stage.source.stop()
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.2"))
    try stage.turn(times: 20)
    #expect(stage.told.count == 1)
    #expect(stage.server.watches.isEmpty)
  }
}
