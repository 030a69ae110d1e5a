import Policy
import Telemetry
import Testing

/// Rules of authorization in a whole proxy, by what the connection tells without TLS.
@Suite struct AuthorizedProxyTests {
  private func proxy(_ origin: Origin, listener: String = "", route: String = "") throws -> TestProxy {
    try TestProxy(
      """
      routes:
      - name: all
        hostnames: [test]
        rules: [{backendRefs: [{name: origin}]}]
        \(route.isEmpty ? "" : "authorization: \(route)")
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """, listener: listener.isEmpty ? "" : "authorization: \(listener)")
  }

  private let deny = "{rules: [{name: no-admin, action: deny, when: {paths: [{value: /admin}]}}]}"

  @Test func aRefusalNamesItsRule() throws {
    let origin = Origin(body: "ok")
    let proxy = try proxy(origin, route: deny)
    #expect(try proxy.get("/").status == 200)
    for path in ["/admin", "/x/..//%61dmin/x"] {
      let answer = try proxy.get(path)
      #expect(answer.status == 403 && answer.text == "apus: access denied\n")
      #expect(answer.values("proxy-status") == ["apus;error=http_request_denied;details=\"no-admin\""])
    }
    #expect(origin.connections == 1 && proxy.comesToRest)
    #expect(proxy.metrics[.accessDenied] == 2)
  }

  @Test func whatNoRuleAllowsIsRefused() throws {
    let origin = Origin(body: "ok")
    let proxy = try proxy(
      origin,
      route: "{rules: [{name: reads, action: allow, when: {methods: [GET], sourceNetworks: [127.0.0.0/8]}}]}")
    #expect(try proxy.get("/").status == 200)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok")
      #expect(answer.status == 403)
      #expect(answer["proxy-status"] == "apus;error=http_request_denied;details=\"no rule allows it\"")
    }
    // The connection went on, as after any answer of our own.
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").text == "ok")
  }

  /// Whom the listener does not let in does not learn what is there; but a browser's preflight has no credentials.
  @Test func theListenersRulesComeFirst() throws {
    let origin = Origin(body: "ok")
    let inside = "{rules: [{name: inside, action: allow, when: {headers: [{name: x-key, value: k}]}}]}"
    let proxy = try proxy(origin, listener: inside, route: deny)
    let nobody = try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n")
    #expect(nobody.status == 403)
    #expect(try proxy.get("/", headers: "x-key: k\r\n").status == 200)
    #expect(try proxy.get("/admin", headers: "x-key: k\r\n")["proxy-status"]?.contains("no-admin") == true)
    let lost = try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: unknown\r\nx-key: k\r\n\r\n")
    #expect(lost.status == 404)
  }

  @Test func dryRunsCountWhatTheyWouldRefuse() throws {
    let origin = Origin(body: "ok")
    let proxy = try proxy(origin, route: "{mode: dry-run, " + deny.dropFirst())
    #expect(try proxy.get("/admin").status == 200)
    #expect(try proxy.get("/").status == 200)
    #expect(proxy.comesToRest)
    let counts = proxy.metrics.authorizations.map {
      ($0.name.rule, $0[.allowed], $0[.denied], $0[.wouldDeny])
    }
    #expect(counts.map(\.0) == ["", "no-admin"])
    #expect(counts[0].1 == 1 && counts[0].2 == 0 && counts[0].3 == 0)
    #expect(counts[1].1 == 0 && counts[1].2 == 0 && counts[1].3 == 1)
    #expect(proxy.metrics[.accessDenied] == 0)
  }

  @Test func callsAreRefusedInTheirOwnWords() throws {
    let origin = HTTP2Origin { _ in }
    let proxy = try TestProxy(
      """
      routes:
      - name: all
        rules: [{backendRefs: [{name: origin}]}]
        authorization: {rules: [{name: nobody, action: deny}]}
      services: [{name: origin, protocol: h2, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    let answer = try proxy.connectHTTP2().start(
      "POST", "/a.B/C", [("content-type", "application/grpc"), ("te", "trailers")], ends: true
    ).whole()
    #expect(answer.status == 200 && answer["grpc-status"] == "7" && answer["grpc-message"] == "access denied")
    #expect(answer["proxy-status"] == "apus;error=http_request_denied;details=\"nobody\"")
  }

  @Test func preflightsAreAnsweredBeforeAnybodyIsAsked() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(
      """
      routes:
      - name: all
        rules:
        - filters: [{type: CORS, cors: {allowOrigins: ["https://shop.example"], allowMethods: [PUT]}}]
          backendRefs: [{name: origin}]
        authorization: {rules: [{name: nobody, action: deny}]}
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    let ask = try proxy.connect().exchange(
      "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n"
    )
    #expect(ask.status == 204 || ask.status == 200)
    let put = try proxy.connect().exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example\r\nContent-Length: 0\r\n\r\n")
    #expect(put.status == 403 && put["access-control-allow-origin"] == "https://shop.example")
  }

  @Test func theAccessLogNamesTheRule() throws {
    let origin = Origin(body: "ok")
    let logged = try LoggedProxy(
      format: "%RESPONSE_CODE% %AUTHORIZATION% %AUTHORIZATION_RULE% %DOWNSTREAM_PEER_IDENTITY%"
    ) { log in
      try TestProxy(
        """
        routes:
        - name: dry
          hostnames: [dry]
          rules: [{backendRefs: [{name: origin}]}]
          authorization: {mode: dry-run, rules: [{name: nobody, action: deny}]}
        - name: all
          hostnames: [test]
          rules: [{backendRefs: [{name: origin}]}]
          authorization: \(deny)
        - {name: open, hostnames: [open], rules: [{backendRefs: [{name: origin}]}]}
        services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
        """, accessLog: log)
    }
    let client = try logged.proxy.connect()
    for (host, path) in [("test", "/admin"), ("test", "/"), ("dry", "/"), ("open", "/")] {
      _ = try client.exchange("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }
    #expect(logged.proxy.comesToRest)
    #expect(
      logged.end() == ["403 denied no-admin -", "200 allowed - -", "200 would_deny nobody -", "200 - - -"])
  }
}
