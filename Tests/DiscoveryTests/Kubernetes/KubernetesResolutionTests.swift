import JSON
import Mesh
import Primitives
import Testing

@testable import Discovery

/// Which endpoints a reference has, by table.
@Suite struct KubernetesResolutionTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var port = KubernetesReference.Port.only
    var hostname: String?
    var zone = ""
    var spec = #""ports":[{"port":80}]"#
    /// Endpoints of one slice each.
    var slices: [String]
    var ports = #"{"port":8080}"#
    /// Those that are used, or why they are not.
    var result: [String]
    var remark: String?
    /// What DNS is to find.
    var external: String?
  }

  private static func pod(_ address: String, _ conditions: String = "", _ rest: String = "") -> String {
    #"{"addresses":["\#(address)"],"conditions":{\#(conditions)}\#(rest)}"#
  }
  private static let notReady = #""ready":false,"serving":false"#
  private static let ending = #""ready":false,"serving":true,"terminating":true"#
  private static let ended = #""ready":false,"serving":false,"terminating":true"#
  private static func hint(_ zone: String) -> String {
    #","zone":"\#(zone)","hints":{"forZones":[{"name":"\#(zone)"}]}"#
  }

  static let cases = [
    Case(testDescription: "no conditions are ready", slices: [pod("10.0.0.1")], result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "null conditions are ready", slices: [pod("10.0.0.1", #""ready":null"#)],
      result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "not ready", slices: [pod("10.0.0.1") + "," + pod("10.0.0.2", notReady)],
      result: ["10.0.0.1:8080", "10.0.0.2:8080 not ready"]),
    Case(
      testDescription: "ending beside ready", slices: [pod("10.0.0.1") + "," + pod("10.0.0.2", ending)],
      result: ["10.0.0.1:8080", "10.0.0.2:8080 terminating"]),
    Case(
      testDescription: "only ending ones",
      slices: [
        [pod("10.0.0.1", ending), pod("10.0.0.2", ended), pod("10.0.0.3", notReady)].joined(separator: ",")
      ],
      result: ["10.0.0.1:8080", "10.0.0.2:8080 terminating", "10.0.0.3:8080 not ready"]),
    Case(
      testDescription: "published when not ready",
      spec: #""ports":[{"port":80}],"publishNotReadyAddresses":true"#, slices: [pod("10.0.0.1", notReady)],
      result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "several slices", slices: [pod("10.0.0.3"), pod("10.0.0.1")],
      result: ["10.0.0.1:8080", "10.0.0.3:8080"]),
    Case(
      testDescription: "twice, the better word counts", slices: [pod("10.0.0.1", notReady), pod("10.0.0.1")],
      result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "first address of several",
      slices: [#"{"addresses":["10.0.0.1","10.0.0.2"]}"#], result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "names are no addresses", slices: [#"{"addresses":["a.example"]}"#], result: []),
    Case(
      testDescription: "addresses that no host has",
      slices: [pod("224.0.0.1") + "," + pod("0.0.0.0") + "," + pod("10.0.0.1")],
      result: [
        "0.0.0.0:8080 no address of a host", "10.0.0.1:8080", "224.0.0.1:8080 no address of a host",
      ]),
    Case(
      testDescription: "an address that no host has is not ready",
      slices: [pod("255.255.255.255") + "," + pod("10.0.0.1", ending)],
      result: ["10.0.0.1:8080", "255.255.255.255:8080 no address of a host"]),
    // Ports
    Case(
      testDescription: "by name", port: .name("http"),
      spec: #""ports":[{"name":"grpc","port":81},{"name":"http","port":80}]"#, slices: [pod("10.0.0.1")],
      ports: #"{"name":"http","port":8080},{"name":"grpc","port":8081}"#, result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "by number", port: .number(81),
      spec: #""ports":[{"name":"grpc","port":81},{"name":"http","port":80}]"#, slices: [pod("10.0.0.1")],
      ports: #"{"name":"http","port":8080},{"name":"grpc","port":8081}"#, result: ["10.0.0.1:8081"]),
    Case(
      testDescription: "several, none named",
      spec: #""ports":[{"name":"grpc","port":81},{"name":"http","port":80}]"#, slices: [pod("10.0.0.1")],
      result: [],
      remark: "the Service has several ports, of which one must be named: grpc (81), http (80)"),
    Case(
      testDescription: "no such name", port: .name("x"), slices: [pod("10.0.0.1")], result: [],
      remark: "the Service has no port named x; it has 80"),
    Case(
      testDescription: "UDP is none of ours",
      spec: #""ports":[{"name":"dns","port":53,"protocol":"UDP"},{"name":"dns-tcp","port":53}]"#,
      slices: [pod("10.0.0.1")],
      ports: #"{"name":"dns","port":5353,"protocol":"UDP"},{"name":"dns-tcp","port":5354}"#,
      result: ["10.0.0.1:5354"]),
    Case(
      testDescription: "no port at all", spec: #""clusterIP":"None""#, slices: [pod("10.0.0.1")], result: [],
      remark: "the Service has no port of TCP"),
    Case(
      testDescription: "a port that this slice's pods do not have", port: .name("http"),
      spec: #""ports":[{"name":"http","port":80}]"#, slices: [pod("10.0.0.1")],
      ports: #"{"name":"x","port":1}"#,
      result: []),
    // Families
    Case(
      testDescription: "of both families the first",
      spec: #""ports":[{"port":80}],"ipFamilies":["IPv6","IPv4"]"#,
      slices: [pod("10.0.0.1"), pod("fd00::1")], result: ["[fd00::1]:8080"]),
    Case(
      testDescription: "of both families IPv4 where nobody says", slices: [pod("10.0.0.1"), pod("fd00::1")],
      result: ["10.0.0.1:8080"]),
    Case(
      testDescription: "the other family where there is none of the first", slices: [pod("fd00::1")],
      result: ["[fd00::1]:8080"]),
    Case(
      testDescription: "the cluster address says the family",
      spec: #""ports":[{"port":80}],"clusterIP":"fd00::9""#,
      slices: [pod("10.0.0.1"), pod("fd00::1")], result: ["[fd00::1]:8080"]),
    // Zones
    Case(
      testDescription: "hints", zone: "a",
      slices: [pod("10.0.0.1", "", hint("a")) + "," + pod("10.0.0.2", "", hint("b"))],
      result: ["10.0.0.1:8080", "10.0.0.2:8080 in reserve"]),
    Case(
      testDescription: "hints without ours", zone: "c",
      slices: [pod("10.0.0.1", "", hint("a")) + "," + pod("10.0.0.2", "", hint("b"))],
      result: ["10.0.0.1:8080", "10.0.0.2:8080"]),
    Case(
      testDescription: "a ready one without hints", zone: "a",
      slices: [pod("10.0.0.1", "", hint("a")) + "," + pod("10.0.0.2")],
      result: ["10.0.0.1:8080", "10.0.0.2:8080"]),
    Case(
      testDescription: "one without hints that is not ready", zone: "a",
      slices: [
        [pod("10.0.0.1", "", hint("a")), pod("10.0.0.2", "", hint("b")), pod("10.0.0.3", notReady)].joined(
          separator: ",")
      ],
      result: ["10.0.0.1:8080", "10.0.0.2:8080 in reserve", "10.0.0.3:8080 not ready"]),
    // Pods
    Case(
      testDescription: "one pod, whatever its zone", hostname: "db-1", zone: "a",
      slices: [
        pod("10.0.0.1", "", #","hostname":"db-0""#) + ","
          + pod("10.0.0.2", "", #","hostname":"db-1""# + hint("b"))
      ],
      result: ["10.0.0.2:8080"]),
    Case(
      testDescription: "a pod that is not ready", hostname: "db-0",
      slices: [pod("10.0.0.1", notReady, #","hostname":"db-0""#)], result: ["10.0.0.1:8080 not ready"]),
    // ExternalName
    Case(
      testDescription: "ExternalName",
      spec: #""type":"ExternalName","externalName":"Db.Example","ports":[{"port":5432}]"#, slices: [],
      result: [], external: "db.example.:5432"),
    Case(
      testDescription: "ExternalName with a final dot, and slices that somebody has left",
      spec: #""type":"ExternalName","externalName":"db.example.","ports":[{"port":80}]"#,
      slices: [pod("10.0.0.1")], result: [], external: "db.example.:80"),
    Case(
      testDescription: "ExternalName, a port by name", port: .name("admin"),
      spec:
        #""type":"ExternalName","externalName":"db.example","ports":[{"name":"a","port":1},{"name":"admin","port":2}]"#,
      slices: [], result: [], external: "db.example.:2"),
    Case(
      testDescription: "ExternalName, a port that it does not list", port: .number(8443),
      spec: #""type":"ExternalName","externalName":"db.example","ports":[{"port":5432}]"#, slices: [],
      result: [], external: "db.example.:8443"),
    Case(
      testDescription: "ExternalName, a number where it lists none", port: .number(8443),
      spec: #""type":"ExternalName","externalName":"db.example""#, slices: [], result: [],
      external: "db.example.:8443"),
    Case(
      testDescription: "ExternalName without any port",
      spec: #""type":"ExternalName","externalName":"db.example""#, slices: [], result: [],
      remark: "the Service is an ExternalName that says no port, so that a number must be named"),
    Case(
      testDescription: "ExternalName with several ports",
      spec:
        #""type":"ExternalName","externalName":"a","ports":[{"name":"a","port":1},{"name":"b","port":2}]"#,
      slices: [], result: [],
      remark: "the Service has several ports, of which one must be named: a (1), b (2)"),
    Case(
      testDescription: "ExternalName without a name", spec: #""type":"ExternalName","ports":[{"port":1}]"#,
      slices: [], result: [], remark: "the Service is an ExternalName without a name"),
    Case(
      testDescription: "a pod of an ExternalName", hostname: "db-0",
      spec: #""type":"ExternalName","externalName":"db.example","ports":[{"port":1}]"#, slices: [],
      result: [],
      remark: "the Service is an ExternalName, which has no pods such as db-0"),
  ]

  @Test(arguments: cases) func endpointsAreThese(_ one: Case) throws {
    let service = try parse(#"{"metadata":{"name":"s"},"spec":{\#(one.spec)}}"#)
    let slices = try one.slices.map {
      KubernetesSlice(slice: try parse(#"{"endpoints":[\#($0)],"ports":[\#(one.ports)]}"#))
    }
    let reference = KubernetesReference(namespace: "n", service: "s", port: one.port, hostname: one.hostname)
    let found = KubernetesResolution(reference, KubernetesService(service), slices, zone: one.zone)
    let texts = found.endpoints.map { endpoint in
      endpoint.address.description + (endpoint.unused.map { " \($0.rawValue)" } ?? "")
    }
    #expect(texts == one.result)
    #expect(found.remark == one.remark)
    #expect(found.external.map { ServiceReference.dns($0).description } == one.external)
  }

  private func parse(_ text: String) throws -> JSONNode {
    let bytes = Array(text.utf8)
    return try JSONParser.parse(bytes.span, limit: 1 << 20)
  }
}
