internal import HTTP
internal import LocalServer
internal import Primitives
internal import Reactor

/// An endpoint of one of the demo's services. It says who answered and what the proxy passed on.
final class DemoOrigin: LocalService {
  private let behaviour: DemoBehaviour
  private let endpoint: String
  private let loop: EventLoop
  private let start: MonotonicTime
  private var random: Random

  init(_ behaviour: DemoBehaviour, at address: SocketAddress, on loop: EventLoop) {
    self.behaviour = behaviour
    endpoint = address.description
    self.loop = loop
    start = loop.now
    random = Random(seed: UInt64(address.port))
  }

  func respond(to request: borrowing MessageHead, _ response: inout LocalResponse) {
    response.fields = [("X-Served-By", endpoint)]
    switch behaviour.answer(at: loop.now - start, random: &random) {
    case .reset: response.breaksOff = true
    case .failure:
      response.status = 503
      response.body.append(
        "the \(behaviour.rawValue) service at \(endpoint) has failed, as it does now and then\n")
    case .ok(let delay):
      response.delay = delay
      append(request, to: &response.body)
    }
  }

  private func append(_ request: borrowing MessageHead, to body: inout ByteBuffer) {
    body.append("the \(behaviour.rawValue) service answers at \(endpoint)\n")
    body.append("\(request.text(of: request.methodName)) \(request.text(of: request.target))\n")
    for id in [FieldID.traceparent, .xRequestID, .xForwardedFor] {
      guard let place = request.index(of: id) else { continue }
      let field = request.fields[place]
      body.append("\(request.text(of: field.name)): \(request.text(of: field.value))\n")
    }
  }
}
