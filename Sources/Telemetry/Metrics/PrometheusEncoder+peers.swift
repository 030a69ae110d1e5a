internal import Primitives

extension PrometheusEncoder {
  static func appendPeers(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    requests(
      "apus_peer_requests_total",
      "Requests by the client that its certificate names and class of status; others is beyond the table.",
      summary.peers.sorted { $0.key < $1.key }.map { ([("identity", $0.key)] as [Label], $0.value) },
      to: &buffer)
  }
}
