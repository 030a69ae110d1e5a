internal import LocalServer
internal import Mesh
internal import Primitives
internal import Reactor

/// Everything around the proxy in the demo: the services behind it and the clients in front, on the control loop.
final class DemoWorld {
  /// Clients of a service, and how often each asks.
  private static let traffic: [(behaviour: DemoBehaviour, clients: Int, every: Interval)] = [
    (.web, 4, .milliseconds(100)), (.reports, 4, .milliseconds(150)), (.flaky, 4, .milliseconds(100)),
  ]

  let tally = DemoTally()
  private let process: ProxyProcess
  private let clientKind: UInt8
  private var clients: [DemoClient] = []
  private var origins: [LocalServer] = []

  /// Binds every endpoint of the services called `web`, `reports` and `flaky`.
  /// - Parameter kind: of tokens; this and all above are taken.
  init(around process: ProxyProcess, kind: UInt8) throws(StartError) {
    self.process = process
    clientKind = kind
    process.dispatcher.add(self, kinds: kind...kind)
    for behaviour in DemoBehaviour.allCases {
      guard
        let list = process.snapshot.endpointLists.first(where: { $0.service.name == behaviour.rawValue })
      else {
        throw StartError("the demo's configuration has no service `\(behaviour.rawValue)`")
      }
      for endpoint in list.endpoints { try serve(behaviour, at: endpoint.address) }
    }
  }

  /// Begins to send requests to the proxy.
  func startTraffic(to proxy: SocketAddress) {
    for traffic in Self.traffic {
      for _ in 0..<traffic.clients {
        let token = Token(kind: clientKind, slot: clients.count, generation: 1)
        clients.append(
          DemoClient(
            traffic.behaviour, proxy: proxy, every: traffic.every, token: token, on: process.loop,
            tally: tally))
      }
    }
  }

  /// Ends the clients; answers that are still under way are not counted.
  func stopTraffic() { for client in clients { client.stop() } }

  func close() { for origin in origins { origin.close() } }

  private func serve(_ behaviour: DemoBehaviour, at address: SocketAddress) throws(StartError) {
    let kind = clientKind + 1 + 2 * UInt8(origins.count)
    let service = DemoOrigin(behaviour, at: address, on: process.loop)
    do throws(SystemError) {
      let origin = try LocalServer(at: address, on: process.loop, kind: kind, service: service)
      process.dispatcher.add(origin, kinds: kind...(kind + 1))
      origins.append(origin)
    } catch {
      throw StartError("the demo's service `\(behaviour.rawValue)` cannot listen on \(address): \(error)")
    }
  }
}

extension DemoWorld: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) { clients[token.slot].ready(readiness) }
  func timerFired(_ payload: UInt64) { clients[Token(raw: payload).slot].timerFired() }
  func woken() {}
  func turnEnded() {}
}
