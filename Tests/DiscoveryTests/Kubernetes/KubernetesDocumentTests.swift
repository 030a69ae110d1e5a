import Client
import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// A ConfigMap that is followed on a fake API server.
@Suite struct KubernetesDocumentTests {
  private final class Heard { var versions: [String?] = [] }

  private let loop: EventLoop
  private let server: FakeAPIServer
  private let client: HTTPClient
  private let dispatcher = EventDispatcher()
  private let document: KubernetesDocument
  private let heard = Heard()

  init() throws {
    loop = try EventLoop(readSize: 16 << 10)
    server = try FakeAPIServer()
    client = HTTPClient(on: loop, kind: 8, resolver: NoHosts())
    var settings = KubernetesSettings(server: try HTTPURL("http://127.0.0.1:\(server.port)"))
    settings.namespace = "shop"
    document = KubernetesDocument(
      namespace: "", configMap: "edge", key: "apus.yaml", settings, client: client, on: loop, kind: 3, seed: 1
    ) { [heard] in heard.versions.append($0.bytes.map { String(decoding: $0, as: UTF8.self) }) }
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
    dispatcher.add(document, kinds: 3...3)
  }

  private func turn(_ condition: () -> Bool) throws -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if condition() { return true }
      try server.poll()
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  private func put(_ data: String, _ name: String = "edge") {
    server.put(.init(resource: "configmaps", namespace: "shop", name: name, rest: data))
  }

  @Test func itsVersionsAreTold() throws {
    put(#""data":{"apus.yaml":"one","other":"x"}"#)
    put(#""data":{"apus.yaml":"another's"}"#, "others")
    #expect(try turn { heard.versions == ["one"] })
    #expect(try turn { server.watches.count == 1 && document.fault == nil })
    #expect(server.watches.first?.query["fieldSelector"] == "metadata.name=edge")
    // Something else of it has changed.
    put(#""data":{"apus.yaml":"one","other":"y"}"#)
    put(#""data":{"apus.yaml":"two"}"#)
    #expect(try turn { heard.versions == ["one", "two"] })
    put(#""data":{}"#)
    #expect(try turn { heard.versions == ["one", "two", nil] })
    put(#""data":{"apus.yaml":"three"}"#)
    #expect(try turn { heard.versions.last == "three" })
    server.delete("configmaps", "edge")
    #expect(try turn { heard.versions.count == 5 && heard.versions.last == .some(nil) })
    document.stop()
  }

  @Test func thereIsNoneYet() throws {
    #expect(try turn { heard.versions == [nil] })
    put(#""binaryData":{"apus.yaml":"b25l"}"#)
    #expect(try turn { document.fault?.contains("holds bytes") == true })
    put(#""data":{"apus.yaml":"one"}"#)
    #expect(try turn { heard.versions == [nil, "one"] && document.fault == nil })
    document.stop()
  }

  @Test func itIsNotAllowed() throws {
    server.refusals["configmaps"] = 403
    #expect(try turn { document.fault != nil })
    #expect(document.fault?.contains("configmaps") == true && heard.versions.isEmpty)
    server.refusals = [:]
    put(#""data":{"apus.yaml":"one"}"#)
    loop.skip(.seconds(60))
    #expect(try turn { heard.versions == ["one"] && document.fault == nil })
    document.stop()
  }
}
