internal import Mesh
internal import Policy

/// One worker's exchanges that wait for a connection to a service, in order of arrival, whichever of its endpoints
/// they were meant for. Few wait and only under overload, so leaving from the middle may scan.
final class ServiceQueue {
  private var exchanges: [Exchange] = []
  private var head = 0

  var isEmpty: Bool { head == exchanges.count }
  var count: Int { exchanges.count - head }

  func append(_ exchange: Exchange) { exchanges.append(exchange) }

  func popFirst() -> Exchange? {
    guard head < exchanges.count else { return nil }
    let first = exchanges[head]
    head += 1
    if head == exchanges.count || head > 64 && head * 2 > exchanges.count {
      exchanges.removeFirst(head)
      head = 0
    }
    return first
  }

  /// The first that may use an endpoint: one that has failed it before goes elsewhere, unless it waits for just that
  /// one, as there is no better.
  /// - Parameter endpoint: its number.
  func popFirst(for endpoint: Int) -> Exchange? {
    popFirst { !$0.attempts.failed.contains(endpoint) || $0.pool?.endpoint.index == endpoint }
  }

  func popFirst(where isFit: (Exchange) -> Bool) -> Exchange? {
    guard let index = exchanges[head...].firstIndex(where: isFit) else { return nil }
    return index == head ? popFirst() : exchanges.remove(at: index)
  }

  func remove(_ exchange: Exchange) -> Bool {
    guard let index = exchanges[head...].firstIndex(where: { $0 === exchange }) else { return false }
    exchanges.remove(at: index)
    return true
  }
}
