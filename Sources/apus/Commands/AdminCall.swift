internal import Client
internal import HTTP
internal import Primitives
internal import Reactor

/// One call to a running proxy's admin server, for the commands that speak with one.
enum AdminCall {
  struct Failure: Error {
    let message: String
  }

  struct Answer {
    let status: Int
    let body: [UInt8]
    fileprivate let call: ClientCall

    func has(_ field: StaticString) -> Bool { call.response.index(named: field) != nil }
  }

  static let option = OptionDefinition(
    "admin", "ADDRESS", help: "The running proxy's admin server (127.0.0.1:9901).")
  private static let kind: UInt8 = 1
  private static let patience = Interval.seconds(30)

  /// Where the option says, or where a proxy's admin server is unless it was told otherwise.
  static func address(_ arguments: ParsedArguments, command: String) throws(UsageError) -> SocketAddress {
    let text = arguments.value("admin") ?? "127.0.0.1:9901"
    if text.hasPrefix("unix:") {
      throw UsageError(
        "an admin server on a unix socket is asked by curl: curl --unix-socket \(text.dropFirst(5)) http://apus/…",
        command: command)
    }
    guard let address = SocketAddress(text), address.port != 0 else {
      throw UsageError("'--admin' is an address such as 127.0.0.1:9901, not '\(text)'", command: command)
    }
    return address
  }

  /// Waits for the answer.
  static func send(
    _ request: ClientRequest, to address: SocketAddress
  ) throws(Failure) -> Answer {
    let loop: EventLoop
    do throws(SystemError) {
      loop = try EventLoop(readSize: 64 << 10)
    } catch {
      throw Failure(message: "\(error)")
    }
    let client = HTTPClient(on: loop, kind: kind)
    defer { client.close() }
    var request = request
    request.wholeTimeout = patience
    request.headTimeout = patience
    request.bodyLimit = 256 << 20
    var answer: (call: ClientCall, body: Result<[UInt8], ClientFailure>)?
    let origin = ClientOrigin(host: address.host, port: address.port)
    client.fetch(request, from: origin) { answer = ($0, $1) }
    while answer == nil { loop.turn(client, limit: .distantFuture) }
    guard let answer else { throw Failure(message: "no answer") }
    switch answer.body {
    case .success(let bytes):
      return Answer(status: answer.call.response.status, body: bytes, call: answer.call)
    case .failure(let failure):
      throw Failure(message: "the admin server at \(address) cannot be asked: \(failure.description)")
    }
  }
}
