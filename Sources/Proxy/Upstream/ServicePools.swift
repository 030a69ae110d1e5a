internal import Mesh
internal import Policy
internal import Primitives

/// What one worker has of a service: the pools of connections to its endpoints, whose turn it is, and who waits.
final class ServicePools {
  let service: Service
  let queue: ServiceQueue
  /// Of the endpoints that there are now, by place.
  private(set) var pools: [UpstreamPool] = []
  /// The same, without references that are counted.
  private var lent: [Lent<UpstreamPool>] = []
  private var list: Lent<EndpointList>
  private var balancer: Balancer

  /// - Parameter queue: of the service before it that had this name.
  init(_ list: EndpointList, of worker: Worker, queue: ServiceQueue = ServiceQueue()) {
    service = list.service
    self.queue = queue
    self.list = Lent(list)
    balancer = Balancer(service.settings.balancing, over: list)
    use(list) { UpstreamPool(worker: worker, service: service, endpoint: $0, waiting: queue) }
  }

  /// Chooses an endpoint: its pool, or none where the service has none to use.
  func pick(
    key: UInt64?, excluding failed: EndpointMask, isRetry: Bool, random: inout Random
  ) -> Lent<UpstreamPool> {
    let place =
      list { balancer.pick($0, key: key, excluding: failed, isRetry: isRetry, random: &random) } ?? nil
    return place.map { lent[$0] } ?? Lent()
  }

  /// Goes on with another list: connections to endpoints that stay are kept.
  /// - Returns: the pools of those that have left.
  func adopt(_ fresh: EndpointList, of worker: Worker) -> [UpstreamPool] {
    list = Lent(fresh)
    let before = pools
    let isSame =
      before.count == fresh.count
      && fresh.endpoints.indices.allSatisfy {
        before[$0].endpoint.index == fresh.endpoints[$0].index && before[$0].weight == fresh.weight($0)
      }
    if isSame { return [] }
    balancer = Balancer(service.settings.balancing, over: fresh)
    var byNumber = Dictionary(uniqueKeysWithValues: before.map { ($0.endpoint.index, $0) })
    use(fresh) { endpoint in
      byNumber.removeValue(forKey: endpoint.index)
        ?? UpstreamPool(worker: worker, service: service, endpoint: endpoint, waiting: queue)
    }
    return before.filter { byNumber[$0.endpoint.index] != nil }
  }

  private func use(_ list: EndpointList, _ pool: (Endpoint) -> UpstreamPool) {
    pools = list.endpoints.map(pool)
    for (pool, endpoint) in zip(pools, list.endpoints) { pool.weight = endpoint.weight }
    lent = pools.map { Lent($0) }
  }
}
