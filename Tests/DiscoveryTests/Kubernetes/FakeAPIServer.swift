import HTTP
@testable import HTTPPeers
import Primitives
import Reactor

@testable import HTTPPeers

/// A small part of a Kubernetes API server, on the test's thread: lists in pages, watches over chunked streams, versions
/// that are forgotten, tokens that are checked. It acts when the test turns the loop.
final class FakeAPIServer {
  /// An object as the test writes it: the server adds what versions need.
  struct Object {
    var resource: String
    var namespace: String
    var name: String
    /// Of an EndpointSlice.
    var service = ""
    /// Behind `metadata`, without braces: `"spec":{…}`.
    var rest: String
    var version = 0

    var json: String {
      let label = service.isEmpty ? "" : ",\"labels\":{\"kubernetes.io/service-name\":\"\(service)\"}"
      return
        "{\"metadata\":{\"name\":\"\(name)\",\"namespace\":\"\(namespace)\",\"resourceVersion\":\"\(version)\"\(label)},\(rest)}"
    }
  }

  private struct Change {
    var type: String
    var object: Object
  }

  /// A request, as it came.
  struct Request: Equatable {
    var resource: String
    var namespace: String
    var query: [String: String]
    var token: String?
    var isWatch: Bool { query["watch"] == "true" }
  }

  private final class Client {
    let peer: PeerConnection
    var watched: (request: Request, version: Int)?
    /// What has come of a request.
    var text = ""
    init(_ peer: PeerConnection) { self.peer = peer }
  }

  let listener: Listener
  private let tls: TLSServerContext?
  private var clients: [Client] = []
  private var objects: [Object] = []
  private var log: [Change] = []
  private(set) var version = 100
  private var oldest = 0
  private(set) var requests: [Request] = []

  /// Nil: any.
  var token: String?
  /// Resources for which there is this status, of both verbs or of one (`list services`).
  var refusals: [String: Int] = [:]
  /// Namespaces into which nobody may look.
  var forbidden: Set<String> = []
  /// Fields of refusals.
  var refusalFields = ""
  /// Items of a page at most.
  var page = 1000
  /// What follows each page; nil: as there is.
  var continuation: String?
  /// The items of each list, as they are; nil: those that there are.
  var items: String?
  /// Bytes that leave at once; nil: all.
  var piece: Int?
  /// Does not accept, nor read, nor write.
  var isCutOff = false

  init(tls: TLSServerContext? = nil) throws {
    listener = try Listener.open(.v4(address: 0x7F00_0001, port: 0), backlog: 16)
    self.tls = tls
  }

  var port: UInt16 { listener.address.port }
  /// Watches that are open now.
  var watches: [Request] { clients.compactMap { $0.watched?.request } }

  // MARK: What the cluster holds

  func put(_ object: Object) {
    version += 1
    var object = object
    object.version = version
    if let place = place(of: object) {
      objects[place] = object
      log.append(Change(type: "MODIFIED", object: object))
    } else {
      objects.append(object)
      log.append(Change(type: "ADDED", object: object))
    }
  }

  func delete(_ resource: String, _ name: String, in namespace: String = "shop") {
    let wanted = Object(resource: resource, namespace: namespace, name: name, rest: "")
    guard let place = place(of: wanted) else { return }
    version += 1
    var object = objects.remove(at: place)
    object.version = version
    log.append(Change(type: "DELETED", object: object))
  }

  /// Versions up to now are forgotten: what is asked from them on is answered 410.
  func compact() {
    version += 1
    oldest = version
    log = []
  }

  private func place(of object: Object) -> Int? {
    objects.firstIndex {
      $0.resource == object.resource && $0.namespace == object.namespace && $0.name == object.name
    }
  }

  // MARK: What happens to connections

  /// FIN in the midst of everything.
  func disconnect() {
    for client in clients { client.peer.cut() }
    clients = []
  }

  /// All watches reach their time.
  func endWatches() {
    for client in clients where client.watched != nil {
      client.watched = nil
      client.peer.send("0\r\n\r\n")
    }
  }

  func sendBookmarks() {
    version += 1
    for client in clients where client.watched != nil {
      sendEvent("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"\(version)\"}}", to: client)
      client.watched?.version = version
    }
  }

  /// An ERROR in every watch.
  func sendError(_ code: Int, _ message: String) {
    for client in clients where client.watched != nil {
      sendEvent("ERROR", Self.status(code, message), to: client)
    }
  }

  /// Bytes into every watch as they are.
  func sendRaw(_ text: String) {
    for client in clients where client.watched != nil { sendChunk(text, to: client) }
  }

  /// Whatever is to be done now.
  func poll() throws {
    if isCutOff { return }
    while case .connection(let socket, _) = listener.accept() {
      clients.append(Client(try PeerConnection(socket, tls)))
    }
    for client in clients {
      client.text += String(decoding: client.peer.poll().take(), as: UTF8.self)
      while client.watched == nil, let request = takeRequest(client) { answer(request, client) }
      sendChanges(client)
    }
    clients.removeAll { $0.peer.isOver }
  }

  // MARK: Requests

  private func takeRequest(_ client: Client) -> Request? {
    guard let end = client.text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = String(client.text[..<end.lowerBound])
    client.text.removeSubrange(..<end.upperBound)
    let lines = head.split(separator: "\r\n")
    let target = lines[0].split(separator: " ")[1]
    let parts = target.split(separator: "?", maxSplits: 1)
    let steps = parts[0].split(separator: "/").map(String.init)
    var query: [String: String] = [:]
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let both = pair.split(separator: "=", maxSplits: 1)
      query[String(both[0])] = Self.unescaped(both.count > 1 ? both[1] : "")
    }
    let bearer = lines.first { $0.hasPrefix("authorization: Bearer ") }
    let request = Request(
      resource: steps.last ?? "", namespace: steps.dropLast().last ?? "", query: query,
      token: bearer.map { String($0.dropFirst("authorization: Bearer ".count)) })
    requests.append(request)
    return request
  }

  private func answer(_ request: Request, _ client: Client) {
    if let token, request.token != token { return refuse(401, "Unauthorized", client) }
    let verb = request.isWatch ? "watch" : "list"
    if forbidden.contains(request.namespace) { return refuse(403, "cannot \(verb)", client) }
    if let status = refusals[request.resource] ?? refusals["\(verb) \(request.resource)"] {
      return refuse(status, "cannot \(verb)", client)
    }
    if request.isWatch {
      let from = Int(request.query["resourceVersion"] ?? "") ?? 0
      if from < oldest { return refuse(410, "too old resource version: \(from) (\(oldest))", client) }
      client.peer.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
      client.watched = (request, from)
      return
    }
    var start = 0
    var listed = version
    if let token = request.query["continue"], continuation == nil {
      let parts = token.split(separator: "/").compactMap { Int($0) }
      (listed, start) = (parts[0], parts[1])
      if listed < oldest { return refuse(410, "The provided continue parameter is too old", client) }
    }
    let all = objects.filter { Self.matches($0, request) }.dropFirst(start)
    let size = min(page, Int(request.query["limit"] ?? "") ?? page)
    let next = continuation ?? (all.count > size ? "\(listed)/\(start + size)" : nil)
    let more = next.map { ",\"continue\":\"\($0)\"" } ?? ""
    let items = items ?? "[" + all.prefix(size).map(\.json).joined(separator: ",") + "]"
    let body =
      "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\(listed)\"\(more)},\"items\":\(items)}\n"
    client.peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private func refuse(_ code: Int, _ message: String, _ client: Client) {
    let body = Self.status(code, message)
    client.peer.send(
      "HTTP/1.1 \(code) No\r\n\(refusalFields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private static func status(_ code: Int, _ message: String) -> String {
    "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"\(message)\",\"code\":\(code)}"
  }

  private static func matches(_ object: Object, _ request: Request) -> Bool {
    guard object.resource == request.resource, object.namespace == request.namespace else { return false }
    if let selector = request.query["labelSelector"] {
      let list = selector.split(separator: "(").last?.dropLast().split(separator: ",").map(String.init) ?? []
      return list.contains(object.service)
    }
    if let selector = request.query["fieldSelector"] { return selector == "metadata.name=\(object.name)" }
    return true
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Watches

  private func sendChanges(_ client: Client) {
    guard let watched = client.watched else { return }
    for change in log where change.object.version > watched.version {
      client.watched?.version = change.object.version
      guard Self.matches(change.object, watched.request) else { continue }
      sendEvent(change.type, change.object.json, to: client)
    }
  }

  private func sendEvent(_ type: String, _ object: String, to client: Client) {
    sendChunk("{\"type\":\"\(type)\",\"object\":\(object)}\n", to: client)
  }

  private func sendChunk(_ text: String, to client: Client) {
    let bytes = Array(text.utf8)
    let size = piece ?? bytes.count
    for start in stride(from: 0, to: bytes.count, by: size) {
      let part = bytes[start..<min(start + size, bytes.count)]
      client.peer.send(Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8))
    }
  }
}
