import Mesh
import Testing

@Suite struct GRPCMethodMatchTests {
  private func match(
    _ service: String?, _ method: String?, kind: GRPCMethodMatch.Kind = .exact, headers: [ValueMatch] = []
  ) throws -> RouteMatch {
    RouteMatch(path: .grpc(try GRPCMethodMatch(kind, service: service, method: method)), headers: headers)
  }

  private func takes(_ match: RouteMatch, _ path: String) throws -> Bool {
    let table = RouteSample.table([RouteSample(name: "r", matches: [[match]])])
    return try RequestSample(method: "POST", target: path).rule(in: table) != nil
  }

  @Test func whatEachFormTakes() throws {
    let cases: [(GRPCMethodMatch.Kind, String?, String?, [String], [String])] = [
      (.exact, "a.S", "Get", ["/a.S/Get"], ["/a.S/get", "/a.S/Get/x", "/aXS/Get", "/a.S", "/b.S/Get"]),
      (.exact, "a.S", nil, ["/a.S/Get", "/a.S/Put"], ["/a.ST/Get", "/a/Get", "/b.S/Get"]),
      (.exact, nil, "Get", ["/a.S/Get", "/b/Get"], ["/a.S/Gets", "/a/b/Get", "/Get", "//Get"]),
      (.exact, nil, nil, ["/a.S/Get", "/x"], []),
      (
        .regularExpression, "a\\..*", "Get|Put", ["/a.S/Get", "/a.T/Put"],
        ["/aS/Get", "/a.S/Gets", "/a.S/x/Put"]
      ),
      (.regularExpression, nil, "Get.*", ["/x/Get", "/x/GetAll"], ["/x/y/Get", "/x/Put"]),
      (.regularExpression, "a|b", nil, ["/a/M", "/b/M"], ["/c/M", "/a/M/x", "/a"]),
    ]
    for (kind, service, method, taken, left) in cases {
      let match = try match(service, method, kind: kind)
      for path in taken { #expect(try takes(match, path), "\(service ?? "-") \(method ?? "-") \(path)") }
      for path in left { #expect(try !takes(match, path), "\(service ?? "-") \(method ?? "-") \(path)") }
    }
  }

  /// Gateway API: the longer service, then the longer method, then the most headers, then the order of the file.
  @Test func precedence() throws {
    let header = ValueMatch(name: "x-a", .exact("1"))
    let table = RouteSample.table([
      RouteSample(
        name: "r",
        matches: [
          [try match(nil, nil)], [try match(nil, "Get")], [try match("a.S", nil)],
          [try match(nil, "Get", headers: [header])], [try match("a.S", "Get")],
          [try match("a.S", nil, headers: [header])], [try match("a.S", "Get", headers: [header])],
          [try match("a.S", "Get")],
        ])
    ])
    func rule(_ path: String, _ headers: [(String, String)] = []) throws -> String? {
      try RequestSample(method: "POST", target: path, headers: headers).rule(in: table)
    }
    #expect(try rule("/a.S/Get") == "r/4")
    #expect(try rule("/a.S/Get", [("x-a", "1")]) == "r/6")
    #expect(try rule("/a.S/Put") == "r/2")
    #expect(try rule("/a.S/Put", [("x-a", "1")]) == "r/5")
    #expect(try rule("/b.S/Get") == "r/1")
    #expect(try rule("/b.S/Get", [("x-a", "1")]) == "r/3")
    #expect(try rule("/b.S/Put") == "r/0")
  }

  @Test func aMethodGoesBeforeHeadersOfNone() throws {
    let headers = ["x-a", "x-b"].map { ValueMatch(name: $0, .exact("1")) }
    let table = RouteSample.table([
      RouteSample(name: "r", matches: [[RouteMatch(headers: headers)], [try match(nil, "Get")]])
    ])
    let call = RequestSample(method: "POST", target: "/s/Get", headers: [("x-a", "1"), ("x-b", "1")])
    #expect(try call.rule(in: table) == "r/1")
  }

  @Test func callsAndPathsShareATable() throws {
    let table = RouteSample.table([
      RouteSample(name: "web", matches: [[.prefix("/")], [.prefix("/a.S/Get")]]),
      RouteSample(name: "grpc", matches: [[try match("a.S", nil)], [try match("a.S", "Put")]]),
    ])
    func rule(_ path: String) throws -> String? { try RequestSample(target: path).rule(in: table) }
    #expect(try rule("/index") == "web/0")
    #expect(try rule("/a.S/Get") == "web/1")
    #expect(try rule("/a.S/Put") == "grpc/1")
    #expect(try rule("/a.S/List") == "grpc/0")
  }
}
