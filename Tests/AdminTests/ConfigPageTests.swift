import Admin
import Foundation
import Testing

@Suite struct ConfigPageTests {
  private func config() throws -> [String: Any] { try Browser().ask("/config").json }

  @Test func showsRoutesAsTheFileHasThem() throws {
    let routes = try #require(try config()["routes"] as? [[String: Any]])
    #expect(routes.count == 1)
    #expect(routes[0]["name"] as? String == "api")
    #expect(routes[0]["hostnames"] as? [String] == ["*.example"])
    let rules = try #require(routes[0]["rules"] as? [[String: Any]])
    #expect(rules.map { $0["name"] as? String } == ["beta", "1", "call"])
    let match = try #require((rules[0]["matches"] as? [[String: Any]])?.first)
    #expect(match["path"] as? [String: String] == ["type": "PathPrefix", "value": "/v2"])
    #expect(match["method"] as? String == "GET")
    #expect(
      match["queryParams"] as? [[String: String]] == [
        ["name": "q", "type": "RegularExpression", "value": "/a.*"]
      ])
    #expect(rules[0]["timeouts"] as? [String: String] == ["request": "15s", "backendRequest": "2s500ms"])
    let retry = try #require(rules[0]["retry"] as? [String: Any])
    #expect(retry["on"] as? [String] == ["connect-failure", "reset", "503"])
    #expect(rules[1]["retry"] is [String: Any] == false)
    let call = try #require((rules[2]["matches"] as? [[String: Any]])?.first)
    #expect(call["method"] as? [String: String] == ["type": "Exact", "service": "shop.Carts"])
    let filters = rules.map { $0["filters"] as? [[String: Any]] }
    #expect(filters.map { $0?.map { $0["type"] as? String } } == [["RequestHeaderModifier"], nil, ["CORS"]])
  }

  @Test func showsAuthorizationAsTheFileHasIt() throws {
    let routes = try #require(try config()["routes"] as? [[String: Any]])
    let policy = try #require(routes[0]["authorization"] as? [String: Any])
    #expect(policy["mode"] as? String == "dry-run")
    let rule = try #require((policy["rules"] as? [[String: Any]])?.first)
    #expect(rule["name"] as? String == "web" && rule["action"] as? String == "allow")
    let conditions = try #require(rule["when"] as? [String: Any])
    #expect(conditions["identities"] as? [String] == ["spiffe://prod/*"])
    #expect(conditions["methods"] as? [String] == ["GET"])
    #expect(conditions["paths"] as? [[String: String]] == [["type": "PathPrefix", "value": "/v2"]])
    #expect(conditions["sourceNetworks"] as? [String] == ["10.0.0.0/8"])
    #expect((conditions["headers"] as? [[String: String]])?.first?["value"] == "***")
    let listeners = try #require(try config()["listeners"] as? [[String: Any]])
    #expect(listeners[0]["authorization"] == nil)
  }

  @Test func fillsDefaultsIn() throws {
    let config = try config()
    #expect((config["timeouts"] as? [String: String])?["request"] == "15s")
    #expect((config["limits"] as? [String: Any])?["headerCount"] as? Int == 128)
    #expect(config["drain"] as? String == "30s")
    #expect(config["coreDumps"] as? Bool == false)
    #expect(config["admin"] as? [String: String] == ["address": "127.0.0.1:9901"])
    #expect((config["tracing"] as? [String: Any])?["sampling"] as? String == "10%")
    let services = try #require(config["services"] as? [[String: Any]])
    #expect(services.map { $0["name"] as? String } == ["orders", "empty"])
    #expect((services[0]["circuitBreaker"] as? [String: Any])?["failureRate"] as? String == "50%")
    #expect(services[0]["protocol"] as? String == "http1")
    #expect(services[0]["http2"] == nil)
    let listeners = try #require(config["listeners"] as? [[String: Any]])
    #expect((listeners[0]["http2"] as? [String: Any])?["streamWindow"] as? String == "256KiB")
    #expect((services[1]["circuitBreaker"] as? [String: Any])?["failureRate"] == nil)
  }

  @Test func keepsSecrets() throws {
    let body = try Browser().ask("/config").body
    #expect(!body.contains("hunter2"))
    #expect(body.contains("X-Api-Key") && body.contains("***"))
  }
}
