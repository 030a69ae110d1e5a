import Telemetry
import Testing

@Suite struct PeerTableTests {
  @Test func eachHasAPlaceOfItsOwn() {
    let table = PeerTable()
    #expect(table.slot(of: "a") == 0 && table.slot(of: "b") == 1 && table.slot(of: "a") == 0)
  }

  /// Clients can be many, if whoever names them will: no page grows without bound for it.
  @Test func whoComesLateIsWithTheOthers() {
    let table = PeerTable()
    let slots = (0..<10_000).map { table.slot(of: "spiffe://prod/\($0)") }
    #expect(Set(slots).count == PeerTable.capacity)
    #expect(slots[254] == 254 && slots[255] == PeerTable.others && slots[9_999] == PeerTable.others)
    #expect(table.slot(of: "spiffe://prod/7") == 7)
  }

  @Test func workersAddUpByName() {
    let layout = MetricsLayout()
    let workers = [WorkerMetrics(layout: layout), WorkerMetrics(layout: layout)]
    for worker in workers { worker.requestFinished(peer: layout.peers.slot(of: "a"), status: 200) }
    workers[1].requestFinished(peer: PeerTable.others, status: 503)
    var summary = MetricsSummary()
    for worker in workers { summary.add(worker) }
    #expect(summary.peers.mapValues(\.byClass) == ["a": [0, 0, 2, 0, 0, 0], "others": [0, 0, 0, 0, 0, 1]])
  }
}
