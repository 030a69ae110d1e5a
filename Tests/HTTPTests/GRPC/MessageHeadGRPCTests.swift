import HTTP
import HTTPInvariants
import Primitives
import Testing

@Suite struct MessageHeadGRPCTests {
  @Test func aTrailersOnlyResponse() {
    var head = MessageHead()
    head.append(.age, "1")
    head.reset(grpc: .unavailable, kind: .grpc, message: Array("100% broken\n".utf8).span)
    let fields = Transcript.fields(head)
    let status = head.status
    let framing = head.framing
    let code = head.grpcCode
    #expect(
      fields == [
        "content-type: application/grpc (contentType)", "grpc-status: 14 (grpcStatus)",
        "grpc-message: 100%25 broken%0A (other)",
      ])
    #expect(status == 200 && framing == .length(0) && code == .unavailable)
    head.reset(grpc: .ok, kind: .webText, message: [UInt8]().span)
    let short = Transcript.fields(head)
    #expect(
      short == ["content-type: application/grpc-web-text (contentType)", "grpc-status: 0 (grpcStatus)"])
  }

  @Test func codesOfHeads() {
    for (value, code) in [("0", GRPCCode.ok), ("14", .unavailable), ("x", .unknown), ("", .unknown)] {
      var head = MessageHead()
      head.append(name: Array("grpc-status".utf8).span, value: Array(value.utf8).span)
      let found = head.grpcCode
      #expect(found == code)
    }
    var head = MessageHead()
    head.reset(status: 200)
    let none = head.grpcCode
    #expect(none == nil)
  }

  @Test func theTimeoutGoesOn() {
    var head = MessageHead()
    read("POST / HTTP/1.1\r\nHost: h\r\ngrpc-timeout: 3S\r\n\r\n", into: &head)
    let asked = head.grpcTimeout
    head.setGRPCTimeout(.milliseconds(2500))
    let left = head.grpcTimeout
    let count = Transcript.fields(head).count
    head.set(.grpcTimeout, "soon")
    let unreadable = head.grpcTimeout
    #expect(asked == .seconds(3) && left == .milliseconds(2500) && unreadable == nil && count == 2)
  }

  @Test func pushback() {
    let never = GRPCTimeout.longest
    let cases: [(String, Interval)] = [
      ("0", .zero), ("250", .milliseconds(250)), ("9999999999", .milliseconds(9_999_999_999)), ("-1", never),
      ("", never), ("soon", never), ("1.5", never), ("99999999999", never),
    ]
    for (value, interval) in cases {
      var trailers = MessageHead()
      trailers.append(
        name: Array("grpc-retry-pushback-ms".utf8).span, value: Array(value.utf8).span)
      let found = trailers.grpcPushback
      #expect(found == interval, "\(value)")
    }
    let none = MessageHead().grpcPushback
    #expect(none == nil)
  }
}
