import HTTP
import Testing

@Suite struct GRPCKindTests {
  @Test func isToldByTheContentType() {
    let cases: [(String, GRPCKind)] = [
      ("application/grpc", .grpc), ("application/grpc+proto", .grpc), ("application/grpc;charset=x", .grpc),
      ("application/grpc+json ; a=b", .grpc), ("Application/GRPC", .grpc), ("application/grpc ", .grpc),
      ("application/grpc-web", .web), ("application/grpc-web+proto", .web),
      ("application/grpc-web; x=+y", .web), ("application/grpc-web-text", .webText),
      ("application/grpc-web-text+proto", .webText), ("APPLICATION/GRPC-WEB-TEXT+PROTO;q", .webText),
      ("", .none), ("application/grp", .none), ("application/grpcx", .none), ("application/grpc-", .none),
      ("application/grpc-webs", .none), ("application/grpc-web-text2", .none), ("text/grpc", .none),
      ("application/json", .none), ("application/grpc/x", .none), ("x application/grpc", .none),
      ("application/json; a=application/grpc", .none),
    ]
    for (text, kind) in cases { #expect(GRPCKind(contentType: Array(text.utf8).span) == kind, "\(text)") }
  }

  @Test func readsTheHead() {
    var head = MessageHead()
    read("POST /s/m HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc+proto\r\n\r\n", into: &head)
    let kind = GRPCKind(head)
    head.remove(.contentType)
    let without = GRPCKind(head)
    #expect(kind == .grpc && without == .none)
    #expect(GRPCKind.allCases.filter(\.isWeb) == [.web, .webText])
  }
}
