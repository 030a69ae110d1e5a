import Admin
import Mesh
import Policy
import Primitives
import Telemetry
import Testing

@Suite struct AdminServiceTests {
  @Test func indexLinksToEveryPage() throws {
    let browser = try Browser()
    let index = try browser.ask("/")
    #expect(index.status == 200 && index.type == "text/html; charset=utf-8")
    for path in ["/ready", "/live", "/metrics", "/services", "/config"] {
      #expect(index.body.contains("href=\"\(path)\""))
      #expect(try browser.ask(path).status == 200)
    }
  }

  @Test(arguments: ["/nothing", "/metrics/", "/READY", "/ready%2f", "/config/../secret"])
  func saysWhatIsThereInstead(_ path: String) throws {
    let answer = try Browser().ask(path)
    #expect(answer.status == 404)
    #expect(answer.body.contains("/services") && !answer.body.contains(path))
  }

  @Test func aQueryChangesNothing() throws {
    #expect(try Browser().ask("/live?x=1").status == 200)
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
  func canOnlyBeRead(_ method: String) throws {
    let answer = try Browser().ask("/ready", method: method)
    #expect(answer.status == 405)
    #expect(answer.fields["Allow"] == "GET, HEAD")
  }

  @Test(arguments: [
    (ProcessStatus.Phase.starting, 503), (.serving, 200), (.draining, 503),
  ])
  func readyOnlyWhileServing(_ phase: ProcessStatus.Phase, status: Int) throws {
    let browser = try Browser()
    browser.mesh.phase = phase
    let answer = try browser.ask("/ready")
    #expect(answer.status == status)
    let json = try answer.json
    #expect(json["phase"] as? String == phase.rawValue)
    #expect(json["ready"] as? Bool == (status == 200))
    #expect(json["exchanges"] as? Int == 3)
    #expect(json["workers"] as? Int == 2)
    #expect(json["snapshot"] as? Int == 7)
    #expect(try browser.ask("/live").status == 200)
  }

  @Test func readyNamesProblems() throws {
    let browser = try Browser()
    #expect(try browser.ask("/ready").json["problems"] as? [String] == ["service empty has no endpoints"])
    browser.mesh.keepingProblems = ["no space is left"]
    let kept = try browser.ask("/ready").json
    #expect((kept["problems"] as? [String])?.first == "no space is left" && kept["ready"] as? Bool == true)
    #expect(try browser.ask("/metrics").body.contains("\napus_last_good_written 0\n"))
    browser.mesh.keepingProblems = []
    #expect(try browser.ask("/metrics").body.contains("\napus_last_good_written 1\n"))
    browser.mesh.openBreaker()
    #expect(
      try browser.ask("/ready").json["problems"] as? [String] == [
        "the breaker of service orders is open", "service empty has no endpoints",
      ])
  }
}

extension TestMesh {
  func openBreaker() {
    let now = MonotonicTime(nanoseconds: 18_000_000_000)
    for _ in 0..<2 { breaker.record(breaker.admit(now: now), success: false, now: now) }
  }

  @Test func loadingAnewIsAskedForByPOSTAndAField() throws {
    let browser = try Browser()
    #expect(try browser.ask("/reload").status == 405)
    #expect(try browser.ask("/reload", method: "POST").status == 403)
    let field = "X-Apus-Request: reload\r\n"
    #expect(try browser.ask("/reload", method: "POST", fields: field).status == 409)
    browser.mesh.phase = .starting
    let early = try browser.ask("/reload", method: "POST", fields: field)
    #expect(early.status == 409 && early.body.contains("loaded anew after that"))
    browser.mesh.phase = .serving
    var state = ReloadState()
    state.adopted = 1
    state.postponed = ["workers"]
    browser.mesh.reloadOutcome = state
    let taken = try browser.ask("/reload", method: "POST", fields: field)
    #expect(try taken.status == 200 && taken.json["adopted"] as? Bool == true)
    #expect(try taken.json["afterRestart"] as? [String] == ["workers"])
    state.awaited = ["a (etcd /a/)", "b (etcd /b/)", "c (etcd /c/)", "d (etcd /d/)"]
    browser.mesh.reloadOutcome = state
    let waiting = try browser.ask("/reload", method: "POST", fields: field)
    #expect(try waiting.status == 202 && waiting.json["adopted"] as? Bool == false)
    #expect(try waiting.json["waitsFor"] as? [String] == state.awaited)
    #expect(
      try browser.ask("/ready").body.contains(
        "waits for the endpoints of a (etcd /a/), b (etcd /b/), c (etcd /c/) and 1 more"))
    state.awaited = []
    state.faults = ["f:1:1: wrong"]
    browser.mesh.reloadOutcome = state
    let refused = try browser.ask("/reload", method: "POST", fields: field)
    #expect(try refused.status == 422 && refused.json["faults"] as? [String] == ["f:1:1: wrong"])
    #expect(try browser.ask("/ready").body.contains("f:1:1: wrong"))
    #expect(try browser.ask("/metrics").body.contains("apus_config_in_effect 0"))
  }
}
