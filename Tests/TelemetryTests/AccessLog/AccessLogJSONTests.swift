import Foundation
import HTTP
import Primitives
import Telemetry
import Testing

struct AccessLogJSONTests {
  @Test func everyFieldHasItsTypeAndValue() throws {
    let head = request(
      target: Array("/a".utf8), authority: Array("orders".utf8), [(.userAgent, Array("grün \"1\"".utf8))])
    let response = MessageHead()
    let bytes = try line("json", head, entry(head), response: response)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let strings = [
      "time": "2026-11-23T22:30:00.123Z", "method": "GET", "path": "/a", "protocol": "HTTP/1.1",
      "authority": "orders", "user_agent": "grün \"1\"", "flags": "UF,URX", "reason": "connect_timeout",
      "details": "connecting to the endpoint took too long", "route": "orders", "rule": "canary",
      "service": "orders-v1", "endpoint": "10.0.0.5:8080", "trace_id": "0000000000000abc0000000000000001",
      "span_id": "0000000000000003", "peer": "127.0.0.1:4711",
      "peer_identity": "spiffe://prod/web", "authorization": "would_deny", "authorization_rule": "web-reads",
    ]
    for (key, value) in strings { #expect(object[key] as? String == value, "\(key)") }
    let numbers: [String: Double] = [
      "status": 503, "attempts": 2, "bytes_received": 12, "bytes_sent": 345, "duration_ms": 1234.567,
      "waiting_ms": 0.001, "connecting_ms": 20, "upstream_ms": 30.05, "backoff_ms": 0,
    ]
    for (key, value) in numbers { #expect(object[key] as? Double == value, "\(key)") }
    #expect(object["sampled"] as? Bool == true)
    let absent = [
      "x_forwarded_for", "request_id", "grpc_status", "tls_version", "tls_cipher", "sni", "peer_uri_san",
      "peer_subject", "upstream_tls_version", "upstream_peer_uri_san", "upstream_peer_subject",
    ]
    for key in absent { #expect(object[key] is NSNull, "\(key)") }
    #expect(object.count == strings.count + numbers.count + absent.count + 1)
  }

  @Test func reasonsWithoutFlagHaveNone() throws {
    let head = request(target: Array("/a".utf8), authority: [], [])
    var denied = entry(head)
    denied.reason = .accessDenied
    denied.retriesExhausted = false
    let response = MessageHead()
    let bytes = try line("json", head, denied, response: response)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"flags\":null,\"reason\":\"access_denied\""))
  }

  /// Every byte, torn and overlong sequences, surrogates, and noise: Python must read each line, and see U+FFFD
  /// exactly where the bytes are not UTF-8.
  @Test func pythonReadsArbitraryBytes() throws {
    var samples: [[UInt8]] = (0...255).map { [97, UInt8($0), 98] }
    samples += [
      [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xE2, 0x82, 0xAC], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x90, 0xA6],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x90], [0xE2, 0x28, 0xA1],
      [0xEF, 0xBF, 0xBF],
      [0xE0, 0x9F, 0xBF], [0xF5, 0x80, 0x80, 0x80], [0xED, 0x9F, 0xBF],
      [0x22, 0x5C, 0x0A, 0x0D, 0x09, 0x08, 0x0C, 0],
    ]
    var random = Random(seed: 42)
    for _ in 0..<500 {
      samples.append((0..<random.next(below: 40)).map { _ in UInt8(random.next(below: 256)) })
    }
    var log: [UInt8] = []
    for sample in samples {
      let head = request(target: sample, authority: [], [(.userAgent, sample)])
      let response = MessageHead()
      log += try line("json", head, entry(head), response: response)
    }
    #expect(log.filter { $0 == 10 }.count == samples.count)
    let script = """
      import json, sys
      for line in sys.stdin.buffer:
          text = json.loads(line.decode('utf-8'))
          assert text['path'] == text['user_agent']
          print((text['path'] or '').encode('utf-8').hex())
      """
    let result = try run("/usr/bin/python3", ["-c", script], input: log)
    #expect(result.status == 0, "\(result.output)")
    let read = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, sample) in samples.enumerated() where index < read.count {
      let text = String(decoding: sample, as: UTF8.self)
      guard text.utf8.elementsEqual(sample) else {
        #expect(read[index].contains("efbfbd"), "\(sample)")
        continue
      }
      #expect(read[index] == sample.map { String(format: "%02x", $0) }.joined(), "\(sample)")
    }
  }
}
