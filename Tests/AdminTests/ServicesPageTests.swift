import Admin
import Mesh
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

@Suite struct ServicesPageTests {
  private func service(_ browser: Browser, _ index: Int = 0) throws -> [String: Any] {
    let services = try #require(try browser.ask("/services").json["services"] as? [[String: Any]])
    #expect(services.count == 2)
    return services[index]
  }

  @Test func tellsWhatIsInUse() throws {
    let browser = try Browser()
    let state = browser.mesh.snapshot.services[0].state
    #expect(state.requests.tryAcquire() && state.requests.tryAcquire() && state.retries.tryAcquire())
    browser.mesh.snapshot.endpoints[1].state.active.increment()
    let service = try service(browser)
    let limits = try #require(service["limits"] as? [String: [String: Int]])
    #expect(limits["requests"] == ["used": 2, "limit": 1024])
    #expect(limits["retries"] == ["used": 1, "limit": 3])
    let endpoints = try #require(service["endpoints"] as? [[String: Any]])
    #expect(endpoints.map { $0["address"] as? String } == ["10.0.0.1:80", "10.0.0.1:81"])
    #expect(endpoints.map { $0["activeRequests"] as? Int } == [0, 1])
    #expect(endpoints.map { $0["zone"] as? String } == [nil, "eu-1a"])
    #expect(endpoints.map { $0["weight"] as? Int } == [1, 2])
    #expect(service["loadBalancing"] as? String == "least-request")
  }

  @Test func idleConnectionsCountAgainstTheLimit() throws {
    let browser = try Browser()
    let state = browser.mesh.snapshot.services[0].state
    for _ in 0..<3 { #expect(state.connections.tryAcquire()) }
    browser.mesh.snapshot.endpoints[0].state.connections.increment()
    for _ in 0..<2 { browser.mesh.snapshot.endpoints[1].state.connections.increment() }
    for metrics in browser.mesh.metrics {
      metrics.add(.connectionsActive, service: 0)
      metrics.add(.connectionsIdle, service: 0)
    }
    let service = try service(browser)
    let limits = try #require(service["limits"] as? [String: [String: Int]])
    #expect(limits["connections"] == ["used": 3, "active": 1, "idle": 2, "limit": 1024])
    let endpoints = try #require(service["endpoints"] as? [[String: Any]])
    #expect(endpoints.map { $0["connections"] as? Int } == [1, 2])
  }

  @Test func tellsWhereEndpointsComeFrom() throws {
    let browser = try Browser()
    var source = SourceState(.etcd, since: MonotonicTime(nanoseconds: 0))
    source.references = 2
    source.answered = 1
    let isNews = source.failed("connection refused", now: MonotonicTime(nanoseconds: 8_000_000_000))
    let isNewsAgain = source.failed("timed out", now: MonotonicTime(nanoseconds: 9_000_000_000))
    #expect(isNews && !isNewsAgain)
    browser.mesh.sources = [source]
    let page = try browser.ask("/services").json
    let sources = try #require(page["sources"] as? [[String: Any]])
    #expect(sources.map { $0["name"] as? String } == ["etcd"])
    #expect(sources[0]["up"] as? Bool == false && sources[0]["problem"] as? String == "timed out")
    #expect(sources[0]["seconds"] as? Double == 12 && sources[0]["unanswered"] as? Int == 1)
    #expect(sources[0]["failures"] as? Int == 2)
    let endpoints = try #require(try service(browser)["endpoints"] as? [[String: Any]])
    #expect(endpoints.allSatisfy { $0["source"] as? String == "configuration" })
    #expect(try browser.ask("/ready").body.contains("etcd does not answer, its last word holds: timed out"))
    browser.mesh.sources[0].answered = 0
    #expect(try browser.ask("/ready").body.contains("etcd does not answer: timed out"))
    browser.mesh.sources[0].savedAt = MonotonicTime(nanoseconds: 0)
    browser.mesh.sources[0].isRefused = true
    #expect(
      try browser.ask("/ready").body.contains(
        "etcd refuses what it is asked for, its last word holds: timed out"))
  }

  @Test func tellsWhyThereIsNoEndpoint() throws {
    let browser = try Browser()
    let mesh = browser.mesh
    let reference = ServiceReference.etcd(EtcdReference(prefix: "/orders/"))
    _ = mesh.states.discovered.tell([], for: reference, now: MonotonicTime(nanoseconds: 0))
    let list = mesh.states.discovered.list(mesh.snapshot.services[0], reference, mesh.states)
    mesh.snapshot = MeshSnapshot(
      mesh.snapshot, version: 8, replacing: [0: list], numbering: mesh.states.numbering)
    mesh.remarks[reference] = "nobody is there"
    #expect(try browser.ask("/ready").body.contains("service orders has no endpoints: nobody is there"))
    #expect((try service(browser)["discovery"] as? [String: Any])?["remark"] as? String == "nobody is there")
  }

  @Test func tellsHowOldIsWhatNobodyHasConfirmed() throws {
    let browser = try Browser()
    let (mesh, saved) = (browser.mesh, MonotonicTime(nanoseconds: -30_000_000_000))
    let reference = ServiceReference.etcd(EtcdReference(prefix: "/orders/"))
    let endpoint = DiscoveredEndpoint(address: .v4(address: 0x0A00_0003, port: 1))
    mesh.states.discovered.recall([endpoint], for: reference, changed: saved - .seconds(5), savedAt: saved)
    let list = mesh.states.discovered.list(mesh.snapshot.services[0], reference, mesh.states)
    mesh.snapshot = MeshSnapshot(
      mesh.snapshot, version: 8, replacing: [0: list], numbering: mesh.states.numbering)
    var source = SourceState(.etcd, since: MonotonicTime(nanoseconds: 0))
    source.savedAt = saved
    mesh.sources = [source]
    let service = try service(browser)
    #expect((service["discovery"] as? [String: Any])?["unconfirmedSeconds"] as? Double == 50)
    #expect((service["endpoints"] as? [[String: Any]])?[0]["seconds"] as? Double == 55)
    #expect(try browser.ask("/ready").body.contains("of service orders are those from before, 50 s old"))
    #expect(try browser.ask("/metrics").body.contains("apus_source_age_seconds{source=\"etcd\"} 50\n"))
    mesh.sources[0].confirmed = MonotonicTime(nanoseconds: 19_000_000_000)
    mesh.sources[0].savedAt = nil
    #expect(try browser.ask("/metrics").body.contains("apus_source_age_seconds{source=\"etcd\"} 1\n"))
  }

  @Test func addsTheWorkersUp() throws {
    let browser = try Browser()
    for metrics in browser.mesh.metrics {
      metrics.requestFinished(rule: 0, service: 0, status: 200, nanoseconds: 2_000_000)
      metrics.attemptEnded(1, failed: false)
      metrics.requestFinished(rule: 0, service: 0, status: 503, nanoseconds: 2_000_000)
      metrics.attemptEnded(0, failed: true)
      metrics.add(.retries, service: 0)
      metrics.attemptEnded(1, failed: true)
      metrics.attemptRetried(rule: 0, endpoint: 1)
    }
    browser.mesh.metrics[0].endpointAnswered(1, nanoseconds: 1_000_000)
    browser.mesh.metrics[1].endpointAnswered(1, nanoseconds: 2_500_000)
    let service = try service(browser)
    let requests = try #require(service["requests"] as? [String: Any])
    #expect(requests["total"] as? Int == 4)
    #expect(requests["2xx"] as? Int == 2)
    #expect(requests["5xx"] as? Int == 2)
    #expect(requests["retries"] as? Int == 2)
    #expect(1.8...2.2 ~= (requests["p50Milliseconds"] as? Double ?? 0))
    let endpoints = try #require(service["endpoints"] as? [[String: Any]])
    #expect(endpoints.map { $0["requests"] as? Int } == [2, 4])
    #expect(endpoints.map { $0["failures"] as? Int } == [2, 2])
    #expect(endpoints.map { $0["retries"] as? Int } == [0, 2])
    #expect(endpoints.map { $0["meanResponseMilliseconds"] as? Double } == [nil, 1.75])
  }

  @Test func saysWhyAnEndpointIsNotUsed() throws {
    let browser = try Browser()
    func endpoints() throws -> [[String: Any]] {
      try #require(try service(browser)["endpoints"] as? [[String: Any]])
    }
    #expect(try endpoints().allSatisfy { $0["used"] as? Bool == true && $0["reason"] is String == false })
    browser.mesh.openBreaker()
    #expect(
      try endpoints().allSatisfy {
        $0["used"] as? Bool == false && $0["reason"] as? String == "the service's breaker is open"
      })
    let breaker = try #require(try service(browser)["breaker"] as? [String: Any])
    #expect(breaker["state"] as? String == "open")
    #expect(breaker["secondsInState"] as? Double == 2)
    #expect(breaker["opened"] as? Int == 1)
  }

  /// One of each kind: none of them is without its numbers.
  @Test func tellsTheSameOfThoseThatGetNoRequests() throws {
    let browser = try Browser()
    let mesh = browser.mesh
    let service = mesh.snapshot.services[0]
    let reference = ServiceReference.kubernetes(KubernetesReference(namespace: "shop", service: "orders"))
    func found(_ port: UInt16, _ unused: DiscoveredEndpoint.Unused? = nil) -> DiscoveredEndpoint {
      DiscoveredEndpoint(address: .v4(address: 0x0A00_0002, port: port), zone: "a", unused: unused)
    }
    func follow(_ endpoints: [DiscoveredEndpoint], _ seconds: Int64) -> EndpointList {
      let table = mesh.states.discovered
      _ = table.tell(endpoints, for: reference, now: MonotonicTime(nanoseconds: seconds * 1_000_000_000))
      let list = table.list(service, reference, mesh.states)
      mesh.snapshot = MeshSnapshot(
        mesh.snapshot, version: mesh.snapshot.version + 1, replacing: [0: list],
        numbering: mesh.states.numbering)
      return list
    }
    let former = follow([found(1), found(2), found(3), found(4)], 10)
    for endpoint in former.endpoints[1...] { endpoint.state.active.increment() }
    former.endpoints[1].state.connections.increment()
    _ = follow([found(1), found(2, .terminating), found(5, .notReady)], 15)
    func rows() throws -> [[String: Any]] {
      try #require(try self.service(browser)["endpoints"] as? [[String: Any]])
        .filter { ($0["address"] as? String)?.hasPrefix("10.0.0.2") == true }
    }
    let all = try rows()
    #expect(all.map { $0["address"] as? String } == [1, 2, 5, 3, 4].map { "10.0.0.2:\($0)" })
    #expect(all.map { $0["reason"] as? String } == [nil, "terminating", "not ready", "draining", "draining"])
    #expect(all.map { $0["used"] as? Bool } == [true, false, false, false, false])
    #expect(all.allSatisfy { $0["source"] as? String == "kubernetes" })
    #expect(all.map { $0["seconds"] as? Double } == [10, 10, 5, 10, 10])
    #expect(all.map { $0["activeRequests"] as? Int } == [0, 1, 0, 1, 1])
    #expect(all.map { $0["connections"] as? Int } == [0, 1, 0, 0, 0])
    let health = "breaker closed"
    #expect(all.map { $0["health"] as? String } == [health, health, "not ready", health, health])
    let metrics = try browser.ask("/metrics").body
    let active = metrics.split(separator: "\n").filter {
      $0.hasPrefix("apus_endpoint_active_requests{") && $0.contains("10.0.0.2:")
    }
    #expect(active.map { $0.suffix(4) } == ["\"} 0", "\"} 1", "\"} 1", "\"} 1"])
    for endpoint in former.endpoints[2...] { endpoint.state.active.decrement() }
    #expect(try rows().count == 3)
  }

  @Test func tellsWhatIsWrongWithTLS() throws {
    let browser = try Browser()
    let state = browser.mesh.snapshot.endpoints[1].state
    func problems() throws -> [[String: Any]?] {
      let endpoints = try #require(try service(browser)["endpoints"] as? [[String: Any]])
      return endpoints.map { $0["tlsProblem"] as? [String: Any] }
    }
    state.tlsFailed(
      TLSProblem(
        TLSFailure(.wrongName), wanted: "dns:a", shown: "dns:b, uri:spiffe://c/d",
        time: MonotonicTime(nanoseconds: 18_500_000_000)))
    var told = try problems()
    #expect(told[0] == nil && told[1]?["reason"] as? String == "wrong_name")
    #expect(told[1]?["details"] as? String == "TLS: the peer's certificate is for another name")
    #expect(told[1]?["wanted"] as? String == "dns:a")
    #expect(told[1]?["shown"] as? String == "dns:b, uri:spiffe://c/d")
    #expect(told[1]?["seconds"] as? Double == 1.5)
    // The last one counts.
    state.tlsFailed(TLSProblem(TLSFailure(.peerAlert, alert: 46), time: MonotonicTime(nanoseconds: 0)))
    told = try problems()
    #expect(told[1]?["details"] as? String == "TLS alert 46: certificate unknown")
    #expect(told[1]?["wanted"] is String == false && told[1]?["shown"] is String == false)
    state.tlsSucceeded()
    #expect(try problems().allSatisfy { $0 == nil })
  }

  @Test func aServiceWithoutBreakerHasNone() throws {
    let service = try service(Browser(), 1)
    #expect(service["breaker"] as? [String: Any] == nil)
    #expect((service["endpoints"] as? [Any])?.isEmpty == true)
  }
}
