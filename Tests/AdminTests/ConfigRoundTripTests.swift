import Configuration
import Foundation
import Mesh
import Primitives
import TestCertificates
import Testing

@testable import Admin

/// What `/config` says is a configuration file, and one that says the same as the first.
@Suite struct ConfigRoundTripTests {
  private func load(_ text: String, environment: [String: String] = [:]) throws -> MeshSnapshot {
    let loaded = ConfigurationLoader(environment: environment).load(
      Array(text.utf8), file: "f", states: StateStore())
    return try #require(loaded.snapshot, "\(loaded.diagnostics.map(\.description)) of \(text)")
  }

  private func page(_ snapshot: MeshSnapshot, _ start: StartState? = nil) -> String {
    var text = ByteBuffer()
    JSONEncoder.append(
      ConfigPage.value(snapshot, admin: snapshot.settings.admin, start ?? StartState(snapshot.settings)),
      to: &text)
    return text.withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
  }

  /// The page of what is loaded from `text` says the same, line by line.
  private func expectSame(_ text: String, _ place: SourceLocation = #_sourceLocation) throws {
    let again = page(try load(text)).split(separator: "\n")
    let lines = text.split(separator: "\n")
    #expect(again.count == lines.count, sourceLocation: place)
    for (one, other) in zip(lines, again) { #expect(one == other, sourceLocation: place) }
  }

  @Test(arguments: ["demo", "sidecar", "gateway", "benchmark", "mutual-tls"])
  func theExamples(name: String) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let directory = try certificates()
    defer { try? FileManager.default.removeItem(at: directory) }
    let text = try String(contentsOfFile: "/\(root)/configs/\(name).yaml", encoding: .utf8)
    let first = page(try load(text, environment: ["IDS": directory.path]))
    try expectSame(first)
  }

  @Test func everyKey() throws {
    let snapshot = try load(Self.everything)
    let first = page(snapshot)
    try expectSame(first)
    for key in Self.everything.matches(of: /([A-Za-z0-9]+):[ \n]/).map(\.1) {
      #expect(first.contains("\"\(key)\": "), "\(key)")
    }
    for value in Self.everything.matches(of: /: ([0-9][A-Za-z0-9.%]+)[,}\n]/).map(\.1) where Int(value) == nil
    {
      #expect(first.contains("\"\(value)\""), "\(value)")
    }
    #expect(!first.contains("hunter2"))
    #expect(first.contains("plain $${x}"))
  }

  /// Each key that `configs/README.md` has at the top is on the page, where a file has it.
  @Test func everyKeyAtTheTop() throws {
    let kubeconfig = "/tmp/apus-config-page-\(UUID().uuidString)"
    try Self.cluster.write(toFile: kubeconfig, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
    let rest = DocumentReference.kubernetes(namespace: "", configMap: "edge", key: "apus.yaml")
    let beginning = """
      etcd: {endpoints: ["http://127.0.0.1:1"], user: u, password: hunter2}
      lastGood: /tmp/table
      kubernetes: {kubeconfig: \(kubeconfig), clusterDomain: example, timeout: 7s}
      configuration: {kubernetes: {configMap: edge}}
      """
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array(beginning.utf8), file: "f", rest: ConfigurationText(rest, Array(Self.everything.utf8)),
      states: StateStore())
    let text = page(try #require(loaded.snapshot, "\(loaded.diagnostics)"))
    #expect(!text.contains("hunter2"))
    let shown = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let keys = try topLevelKeys()
    #expect(keys.count > 15 && keys.contains("configuration"))
    for key in keys { #expect(shown[key] != nil, "\(key)") }
    let cluster = [
      "kubeconfig": kubeconfig, "namespace": "shop", "clusterDomain": "example", "timeout": "7s",
    ]
    #expect(shown["kubernetes"] as? [String: String] == cluster)
    let place = try #require(shown["configuration"] as? [String: Any])
    #expect(place["included"] as? Bool == true)
    let map = ["namespace": "shop", "configMap": "edge", "key": "apus.yaml"]
    #expect(place["kubernetes"] as? [String: String] == map)
    // It is whole as it stands, and but for where it came from it says the same.
    let again = page(try load(text))
    #expect(again.contains(#""kubeconfig": "\#(kubeconfig)""#) && !again.contains("\"configuration\""))
  }

  private func topLevelKeys() throws -> [String] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try String(contentsOfFile: "/\(root)/configs/README.md", encoding: .utf8)
    let section = try #require(
      text.components(separatedBy: "\n## ").first { $0.hasPrefix("Top level\n") })
    return section.matches(of: /\n\| `([A-Za-z]+)` \|/).map { String($0.1) }
  }

  private static let cluster = """
    {"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c", "namespace": "shop", "user": "u"}}],
    "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}], "users": [{"name": "u", "user": {"token": "hunter2"}}]}
    """

  /// A name of the cluster's stands there in all its spellings, of which none means more than it.
  @Test func namesOfTheCluster() throws {
    let kubeconfig = "/tmp/apus-config-page-\(UUID().uuidString)"
    try Self.cluster.write(toFile: kubeconfig, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
    let first = page(
      try load(
        """
        kubernetes: {kubeconfig: \(kubeconfig)}
        routes:
        - {name: a, hostnames: [orders, db-0.db], rules: [{backendRefs: [{name: orders, port: 80}]}]}
        - {name: b, hostnames: [carts.shop], rules: [{backendRefs: [{name: carts, namespace: other}]}]}
        services: [{name: web, kubernetes: {service: web}}]
        """))
    #expect(first.contains("\"orders.shop.svc.cluster.local\""))
    try expectSame(first)
  }

  /// Where the file says nothing of a rule's time, and the time that holds for all is longer than the rule's whole.
  @Test func timesThatContradictEachOther() throws {
    let first = page(
      try load(
        """
        timeouts: {request: 30s, backendRequest: 10s, connect: 10m}
        routes: [{name: a, rules: [{timeouts: {request: 1s}, backendRefs: [{name: b}]}]}]
        services: [{name: b, endpoints: []}]
        """))
    try expectSame(first)
  }

  /// What waits for the next start is told, and is no mistake where the page is loaded: it makes what is in effect.
  @Test func whatWaitsForTheNextStart() throws {
    let services = "services: [{name: b, endpoints: []}]\n"
    let started = try load("workers: 2\nadmin: {address: '127.0.0.1:1'}\n\(services)").settings
    let snapshot = try load(
      "workers: 3\nadmin: {address: '127.0.0.1:2'}\naccessLog: {path: /tmp/log}\ndrain: 7s\n\(services)")
    let text = page(snapshot, StartState(started))
    #expect(text.contains(#""afterRestart": {"#) && text.contains(#""drain": "7s""#))
    let again = try load(text)
    #expect(again.settings.workers == 2 && again.settings.accessLog == AccessLogSettings())
    let waiting = try #require(text.components(separatedBy: #""afterRestart": "#).last)
    #expect(waiting.contains(#""workers": 3"#) && waiting.contains(#""address": "127.0.0.1:2""#))
    #expect(waiting.contains(#""path": "/tmp/log""#))
    let given = page(snapshot, StartState(started, given: [.admin]))
    #expect(given.components(separatedBy: #""afterRestart": "#).last?.contains("admin") == false)
    #expect(!page(snapshot).contains("afterRestart"))
  }

  private func certificates() throws -> URL {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let authority = TestAuthority()
    let made = authority.issue(CertificateProfile("web", "DNS:web.example"))
    for (name, bytes) in [("ca.crt", authority.pem), ("web.crt", made.chain), ("web.key", made.key)] {
      try Data(bytes).write(to: directory.appendingPathComponent(name))
    }
    return directory
  }

  /// Nothing as it would be anyway.
  private static let everything = #"""
    workers: 3
    admin: {address: "unix:/run/apus/admin"}
    node: {service: checkout, id: one, zone: eu-1a}
    listeners:
    - name: public
      address: "[::1]:8443"
      protocol: http
      trustedHops: 2
      forwardClientCert: forward-only
      connection: {maxAge: 1h30m, maxRequests: 1000}
      http2:
        maxConcurrentStreams: 7
        streamWindow: 12345B
        connectionWindow: 2MiB
        maxFrameSize: 16777215B
        narrowStreams: 9
        openHeads: 7
        maxContinuations: 6
        maxQueuedFrames: 500
        glitchBurst: 5
        glitchRate: 3
        pingInterval: 5m
        pingTimeout: 1s500ms
      jwt: {mode: optional, providers: [other]}
      authorization:
        mode: dry-run
        rules:
        - name: some
          action: allow
          when:
            methods: [GET]
            paths: [{type: RegularExpression, value: '/a"\d{2}'}, {type: Exact, value: /b}]
            sourceNetworks: [10.0.0.0/8, "2001:db8::/32"]
            headers: [{type: RegularExpression, name: x-a, value: '[a-z]+'}]
            claims: [{name: realm.roles, value: admin}]
        - {name: none, action: deny}
      routes: [shop]
    routes:
    - name: shop
      hostnames: ["*.shop.example", shop.example]
      jwt: {mode: required, providers: [example, other]}
      authorization: {mode: enforce, rules: [{name: all, action: allow}]}
      rules:
      - name: first
        matches:
        - path: {type: PathPrefix, value: /v2}
          method: POST
          headers: [{name: x-b, value: "1"}]
          queryParams: [{type: RegularExpression, name: q, value: "a|b"}, {name: line, value: "a\u2028b"}]
        - method: {type: Exact, service: shop.v1.Carts, method: Get}
        filters:
        - type: RequestHeaderModifier
          requestHeaderModifier:
            set: [{name: x-c, value: "plain $${x}"}, {name: authorization, value: hunter2}]
            add: [{name: x-d, value: "ä \\"}]
            remove: [cookie]
        - type: ResponseHeaderModifier
          responseHeaderModifier: {remove: [server]}
        - type: CORS
          cors:
            allowOrigins: ["https://*.shop.example"]
            allowMethods: [PUT, DELETE]
            allowHeaders: [x-e]
            exposeHeaders: [x-f]
            allowCredentials: true
            maxAge: 600
        timeouts: {request: 12s, backendRequest: 4s}
        retry:
          attempts: 4
          on: [connect-failure, 5xx, retriable-4xx, unavailable, "418"]
          backoff: {base: 7ms, max: 3s}
          maxRetryAfter: 9s
        backendRefs: [{name: api, weight: 95}, {name: web, weight: 0}]
      - backendRefs: []
    - name: unused
      rules: [{backendRefs: [{name: web}]}]
    services:
    - name: api
      endpoints: [{address: "10.0.0.5:80", weight: 3, zone: eu-1b}, "unix:/run/api", "[2001:db8::1]:80"]
      protocol: auto
      loadBalancing: least-request
      connectTimeout: 321ms
      idleTimeout: 17s
      connection: {maxAge: 2h, maxRequests: 99}
      http2: {maxConcurrentStreams: 8}
      tls: {serverName: api.example, subjectAltNames: [{uri: "spiffe://prod/api"}, {ip: "10.0.0.5"}], minVersion: TLSv1.3}
      circuitBreaker:
        maxConnections: 11
        maxPendingRequests: 12
        maxRequests: 13
        maxRetries: 14
        failureRate: 33.333%
        minimumRequests: 15
        window: 16s
        openFor: 18s
        halfOpenRequests: 19
    - {name: web, endpoints: [], loadBalancing: random, tls: {insecureSkipVerify: true}}
    jwt:
      providers:
      - name: example
        issuer: https://issuer.example
        audiences: [shop]
        leeway: 21s
        forwardToken: true
        forwardClaims: [{claim: sub, header: x-user}]
        jwks: {url: "https://issuer.example/keys?x=1", refresh: 11m, timeout: 6s, tls: {serverName: keys.example}}
      - {name: other, issuer: o, jwks: {url: "http://127.0.0.1:81/"}}
    timeouts:
      head: 1s
      body: 22s
      request: 23s
      backendRequest: 4s500ms
      connect: 25s
      exchangeIdle: 26s
      downstreamIdle: 27s
      upstreamIdle: 28s
      tunnelIdle: 29s
      lingeringClose: 31s
    dns: {servers: ["10.0.0.10:53"], minTTL: 2s, maxTTL: 1m, timeout: 500ms, attempts: 3, family: both}
    limits:
      startLine: 4KiB
      headerBytes: 3KiB
      headerCount: 50
      chunkLine: 300B
      chunkExtensions: 2KiB
      trailerBytes: 1KiB
      trailerCount: 5
      informational: 6
      underscores: refuse
      unsafeTargetBytes: true
      bufferSize: 128KiB
      replayBound: 1MiB
      bodyRate: 501B
      handshakes: 77
      loops: 2
    tracing: {propagation: [b3multi, jaeger], sampling: 0.001%}
    accessLog: {path: /var/log/apus.log, format: '%REQ(:PATH)% "%PROTOCOL%"'}
    log: {level: info, format: text}
    drain: 33s
    coreDumps: true
    """#
}
