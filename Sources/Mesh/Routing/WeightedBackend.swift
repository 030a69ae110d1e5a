/// A service and its share of a rule's requests.
public struct WeightedBackend: Sendable {
  public let service: Service
  /// 0 … 1,000,000; of the sum of all weights. 0: none.
  public let weight: Int

  public init(service: Service, weight: Int = 1) {
    self.service = service
    self.weight = weight
  }
}
