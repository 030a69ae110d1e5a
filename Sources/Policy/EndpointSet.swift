/// What a balancer sees of a service. Endpoints and weights stay the same for the life of the set;
/// load and availability may change at any time.
public protocol EndpointSet {
  var count: Int { get }
  /// 1 … 1,000,000. An endpoint of weight 0 is never picked.
  func weight(_ index: Int) -> Int
  /// Requests that the endpoint is answering now, over all workers.
  func active(_ index: Int) -> Int
  /// By which `EndpointMask`s know it, whatever else joins the set or leaves it.
  func number(_ index: Int) -> Int
  /// What `ringHash` knows it by: of its address, and so the same in every process.
  func identity(_ index: Int) -> UInt64
  /// False while health checks or outlier detection keep the endpoint out.
  func isAvailable(_ index: Int) -> Bool
}
