internal import Mesh
internal import Reactor
internal import Telemetry

/// Another snapshot for every worker, with the listeners that it has and they have not.
struct Adoption: Sendable {
  let snapshot: MeshSnapshot
  let layout: MetricsLayout
  /// The place of each of the snapshot's listeners among a worker's doors. A listener keeps its place as long as its
  /// address stays.
  let places: [Int]
}

/// A snapshot that differs from the one before only in where the requests of some services go.
struct EndpointChange: Sendable {
  let snapshot: MeshSnapshot
  let layout: MetricsLayout
  /// Those lists that are others now.
  let lists: [EndpointList]
}

/// Carries a listener to the worker that is to have it.
///
/// SAFETY: the maker lets go of it, and only that worker takes it.
final class ListenerParcel: @unchecked Sendable {
  private var listener: Listener?

  init(_ listener: consuming Listener) { self.listener = consume listener }

  func take() -> Listener? { listener.take() }
}
