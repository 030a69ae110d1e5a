internal import Mesh
internal import Reactor
internal import Telemetry

/// Another snapshot for every worker, with the listeners that it has and they have not.
struct Adoption: Sendable {
  let snapshot: MeshSnapshot
  let layout: MetricsLayout
  /// The places of each of the snapshot's listeners among a worker's doors: one, but for those with sockets of a process
  /// that had more workers. A listener keeps its places as long as its address stays.
  let places: [[Int]]
}

/// A snapshot that differs from the one before only in where the requests of some services go.
struct EndpointChange: Sendable {
  let snapshot: MeshSnapshot
  let layout: MetricsLayout
  /// Those lists that are others now.
  let lists: [EndpointList]
}
