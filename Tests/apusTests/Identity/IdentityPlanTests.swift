import Certificates
import Identity
import Testing

@testable import apus

@Suite struct IdentityPlanTests {
  private func plan(_ words: String...) throws(UsageError) -> IdentityPlan {
    let parsed = try ArgumentParser.parse(["init"] + words, for: IdentityCommand.definition)
    return try IdentityPlan(parsed, services: Array(parsed.operands.dropFirst()))
  }

  @Test func namesComeFromPaths() throws {
    let plan = try plan("--directory", "d", "--trust-domain", "prod", "web", "ns/shop/sa/api")
    #expect(plan.services.map(\.id.description) == ["spiffe://prod/web", "spiffe://prod/ns/shop/sa/api"])
    #expect(plan.services.map(\.name) == ["web", "api"])
    #expect(plan.days == 90 && !plan.replaces && plan.dnsNames.isEmpty)
  }

  @Test(arguments: [
    (["--trust-domain", "p", "web"], "'--directory DIR' is missing"),
    (["--directory", "d", "web"], "'--trust-domain NAME' is missing"),
    (["--directory", "d", "--trust-domain", "p"], "SERVICE is missing: for whom are certificates made?"),
    (
      ["--directory", "d", "--trust-domain", "Prod", "web"],
      "spiffe://Prod has a trust domain with other characters than a-z, 0-9, `.`, `-` and `_`"
    ),
    (
      ["--directory", "d", "--trust-domain", "p/x", "web"],
      "'--trust-domain' is a name without a path, not 'p/x'"
    ),
    (
      ["--directory", "d", "--trust-domain", "p", "../web"], "spiffe://p/../web has a segment `.` or `..`"
    ),
    (
      ["--directory", "d", "--trust-domain", "p", "/web"],
      "spiffe://p//web has an empty segment, or ends with a slash"
    ),
    (["--directory", "d", "--trust-domain", "p", "ca"], "'ca' cannot be a service: ca is the authority"),
    (
      ["--directory", "d", "--trust-domain", "p", "a/web", "b/web"],
      "spiffe://p/a/web and spiffe://p/b/web would have the same files, web.crt and web.key"
    ),
    (["--directory", "d", "--trust-domain", "p", "--dns", "a b", "web"], "'--dns' is a DNS name, not 'a b'"),
    (
      ["--directory", "d", "--trust-domain", "p", "--days", "0", "web"],
      "'--days' is a number from 1 to 3650, not '0'"
    ),
  ])
  func saysWhatIsWrong(words: [String], message: String) {
    #expect(throws: UsageError(message, command: "identity")) {
      let parsed = try ArgumentParser.parse(["init"] + words, for: IdentityCommand.definition)
      _ = try IdentityPlan(parsed, services: Array(parsed.operands.dropFirst()))
    }
  }
}
