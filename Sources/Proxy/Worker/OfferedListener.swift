public import Primitives
internal import Synchronization

/// What another process needs to go on with a listener.
public struct OfferedListener: Sendable {
  /// Among the workers' doors.
  public let place: Int
  public let name: String
  /// As the configuration has it.
  public let wanted: SocketAddress
  /// The workers'. Open until a snapshot without the listener is adopted, or a drain begins.
  public let descriptors: [Int32]

  public init(place: Int, name: String, wanted: SocketAddress, descriptors: [Int32]) {
    self.place = place
    self.name = name
    self.wanted = wanted
    self.descriptors = descriptors
  }
}

extension ProxyServer {
  /// Every listener that is open. Control thread only, which is also the one that has workers close them.
  public var offer: [OfferedListener] {
    present.withLock { present in
      present.listeners.enumerated().compactMap { place, listener in
        guard let listener else { return nil }
        // Workers share a Unix socket by duplicates: one stands for all.
        let isShared = if case .unix = listener.address { true } else { false }
        return OfferedListener(
          place: place, name: listener.name, wanted: listener.wanted,
          descriptors: isShared ? Array(listener.descriptors.prefix(1)) : listener.descriptors)
      }
    }
  }
}
