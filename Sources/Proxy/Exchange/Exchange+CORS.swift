internal import HTTP
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// What pages from elsewhere may do with the rule's answers, our own among them.
extension Exchange {
  /// Behind the rule's other filters.
  func applyCORS() {
    if let cors { rule?.cors?.apply(cors, request, to: &response) }
  }

  func answerPreflight() {
    guard let cors else { return }
    rule?.cors?.answer(cors, request, &response)
    answer.outcome = response.status
    sendReply(nil)
  }
}
