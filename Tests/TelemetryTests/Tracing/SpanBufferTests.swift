import Primitives
import Telemetry
import Testing

struct SpanBufferTests {
  private func span(_ id: UInt64) -> SpanRecord {
    let context = TraceContext(traceHigh: 1, traceLow: 2, parent: 3, span: id, flags: .sampled)
    return SpanRecord(server: context, start: 0, duration: .zero)
  }

  @Test func keepsTheNewestInOrder() {
    var buffer = SpanBuffer(capacity: 3)
    for id in 1...5 { buffer.append(span(UInt64(id))) }
    #expect(buffer.count == 3 && buffer.dropped == 2)
    var ids: [UInt64] = []
    buffer.drain { ids.append($0.span) }
    #expect(ids == [3, 4, 5])
    buffer.append(span(6))
    ids = []
    buffer.drain { ids.append($0.span) }
    #expect(ids == [6] && buffer.count == 0)
    buffer.drain { _ in ids.append(0) }
    #expect(ids == [6])
  }

  @Test func anAttemptIsTheHopsChild() {
    let context = TraceContext(traceHigh: 1, traceLow: 2, parent: 3, span: 4, flags: .sampled)
    let server = SpanRecord(server: context, start: 5, duration: .seconds(1))
    let client = SpanRecord(attempt: 1, span: 9, of: context, start: 6, duration: .seconds(1))
    #expect(server.parent == 3 && server.span == 4 && server.kind == .server)
    #expect(client.parent == 4 && client.span == 9 && client.kind == .client && client.attempt == 1)
    #expect(client.traceHigh == 1 && client.traceLow == 2)
  }
}
