import HTTP
import Mesh
import Primitives
import Testing

@testable import Discovery

/// An API server that keeps its connections, lets in whoever comes, and says nothing any more.
@Suite struct KubernetesSilenceTests {
  private let orders = KubernetesReference(namespace: "shop", service: "orders")

  private func stage() throws -> KubernetesStage {
    let stage = try KubernetesStage()
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"))
    stage.watch(orders)
    try stage.settle()
    return stage
  }

  /// Bookmarks come about once a minute: a watch without any for longer is given up, and the next one tells.
  @Test func aWatchThatSaysNothingBeginsAnewAndThenItIsAFault() throws {
    let stage = try stage()
    stage.server.isCutOff = true
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"))
    try stage.pass(.seconds(89))
    #expect(stage.source.state.fault == nil)
    try stage.pass(.seconds(2))
    #expect(stage.source.state.fault == nil, "there may have been nothing to be said")
    try stage.pass(.seconds(31))
    #expect(stage.source.state.fault?.contains("127.0.0.1") == true)
    #expect(stage.used(orders) == ["10.0.0.1:8080"])
    stage.server.isCutOff = false
    try stage.pass(.seconds(4))
    try stage.settle()
    #expect(try stage.turn { stage.used(orders) == ["10.0.0.1:8080", "10.0.0.2:8080"] })
    #expect(stage.server.requests.count { !$0.isWatch } == 2)
  }

  @Test func aBookmarkIsAWord() throws {
    let stage = try stage()
    let requests = stage.server.requests.count
    for _ in 0..<5 {
      try stage.pass(.seconds(55))
      stage.server.sendBookmarks()
      try stage.turn(times: 5)
    }
    #expect(stage.server.requests.count == requests)
  }

  /// There was nothing to be said, and the server sends no bookmarks.
  @Test func aWatchThatHadNothingToSayIsNoFault() throws {
    let stage = try stage()
    for _ in 0..<3 {
      try stage.pass(.seconds(91))
      try stage.settle()
    }
    #expect(stage.source.state.failures == 0 && stage.told.count == 1)
    #expect(stage.server.requests.count { $0.isWatch } >= 4)
  }
}
