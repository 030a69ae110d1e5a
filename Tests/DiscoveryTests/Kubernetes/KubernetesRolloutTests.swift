import Mesh
import Testing

@testable import Discovery

/// What controllers write while pods come and go, step by step.
@Suite struct KubernetesRolloutTests {
  private typealias Pod = KubernetesStage.Pod
  private let orders = KubernetesReference(namespace: "shop", service: "orders")

  /// A Deployment of three: each new pod becomes ready before an old one ends.
  @Test func aRollingUpdateNeverHasFewerThanThree() throws {
    let stage = try KubernetesStage()
    stage.putService("orders")
    let (old, new) = (["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["10.0.0.4", "10.0.0.5", "10.0.0.6"])
    func put(_ pods: [Pod]) {
      let list = pods.map(\.json).joined(separator: ",")
      stage.server.put(
        .init(
          resource: "endpointslices", namespace: "shop", name: "orders-a", service: "orders",
          rest: #""endpoints":[\#(list)],"ports":[{"port":8080}]"#))
    }
    put(old.map { .ready($0) })
    stage.watch(orders)
    try stage.settle()
    for step in 0..<3 {
      let gone = old.prefix(step)
      let (stay, come) = (old.dropFirst(gone.count), new.prefix(step))
      for states in [
        stay.map { Pod.ready($0) } + [.starting(new[step])],
        stay.map { Pod.ready($0) } + [.ready(new[step])],
        [.ending(old[step])] + stay.dropFirst().map { .ready($0) } + [.ready(new[step])],
        stay.dropFirst().map { .ready($0) } + [.ready(new[step])],
      ] {
        let before = stage.told.count
        put(come.map { .ready($0) } + states)
        #expect(try stage.turn { stage.told.count > before })
      }
    }
    #expect(stage.used(orders) == new.map { "\($0):8080" })
    #expect(stage.told.allSatisfy { told in told.endpoints.count { $0.unused == nil } >= 3 })
  }

  /// A StatefulSet: a pod comes back under its name with another address.
  @Test func aPodKeepsItsName() throws {
    let stage = try KubernetesStage()
    let first = KubernetesReference(namespace: "shop", service: "db", hostname: "db-0")
    stage.putService("db", #""clusterIP":"None","ports":[{"port":5432}]"#)
    let other = Pod.ready("10.0.0.2", #","hostname":"db-1""#)
    stage.putSlice(
      "db-a", of: "db", ports: #"{"port":5432}"#, .ready("10.0.0.1", #","hostname":"db-0""#), other)
    stage.watch(first)
    try stage.settle()
    #expect(stage.used(first) == ["10.0.0.1:5432"])
    stage.putSlice("db-a", of: "db", ports: #"{"port":5432}"#, other)
    #expect(try stage.turn { stage.used(first) == [] })
    stage.putSlice(
      "db-a", of: "db", ports: #"{"port":5432}"#, .ready("10.0.0.9", #","hostname":"db-0""#), other)
    #expect(try stage.turn { stage.used(first) == ["10.0.0.9:5432"] })
    // The other pod's changes are nobody's here.
    stage.putSlice("db-a", of: "db", ports: #"{"port":5432}"#, .ready("10.0.0.9", #","hostname":"db-0""#))
    try stage.turn(times: 20)
    #expect(stage.told.count == 3)
  }

  /// A node that is lost: its pods become not ready at once, in two slices, and are gone later.
  @Test func aLostNodeTakesItsPodsAlong() throws {
    let stage = try KubernetesStage()
    stage.putService("orders")
    stage.putSlice("orders-a", of: "orders", .ready("10.0.0.1"), .ready("10.1.0.1"))
    stage.putSlice("orders-b", of: "orders", .ready("10.0.0.2"), .ready("10.1.0.2"))
    stage.watch(orders)
    try stage.settle()
    #expect(stage.used(orders)?.count == 4)
    stage.putSlice("orders-a", of: "orders", .starting("10.0.0.1"), .ready("10.1.0.1"))
    stage.putSlice("orders-b", of: "orders", .starting("10.0.0.2"), .ready("10.1.0.2"))
    #expect(try stage.turn { stage.used(orders) == ["10.1.0.1:8080", "10.1.0.2:8080"] })
    stage.server.delete("endpointslices", "orders-a")
    #expect(try stage.turn { stage.used(orders) == ["10.1.0.2:8080"] })
  }
}
