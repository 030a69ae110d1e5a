internal import Policy
internal import Primitives

/// `retry` of a rule: Envoy's words under `on`, or Gateway API's `codes`; attempts; back-off.
enum RetryDecoder {
  /// Each condition and what it stands for. Statuses stand beside them.
  static let conditions: KeyValuePairs<String, RetryConditions> = [
    "connect-failure": .connectFailure, "reset": .reset, "refused": .refused, "5xx": .serverError,
    "gateway-error": .gatewayError, "retriable-4xx": .retriable4xx,
    "refused-stream": .refused, "cancelled": .cancelled, "deadline-exceeded": .deadlineExceeded,
    "internal": .internal, "resource-exhausted": .resourceExhausted, "unavailable": .unavailable,
  ]

  /// Where `on` is left out: whatever ended without an answer.
  static let standard: RetryConditions = [.connectFailure, .reset, .refused]

  static func decode(_ block: Block) -> RetryPolicy {
    var policy = RetryPolicy(conditions: [])
    if let attempts = block.integer("attempts", in: 0...100) { policy.attempts = attempts.value }
    for item in block.items("on") { condition(item.node, item.path, block.context, &policy) }
    for item in block.items("codes") {
      if let code = block.context.integer(item.node, item.path, in: 400...599) {
        policy.statuses.insert(code.value)
      }
    }
    if !block.has("on") { policy.conditions = standard }
    if let wait = block.duration("maxRetryAfter", in: .zero ... .seconds(3600)) {
      policy.longestRetryAfter = wait.value
    }
    if let node = block.node("backoff") {
      if case .mapping = node.content { decodeBackoff(block, &policy) } else { shortBackoff(block, &policy) }
    }
    block.finish()
    return policy
  }

  private static func condition(
    _ node: YAMLNode, _ path: String, _ context: DecodingContext, _ policy: inout RetryPolicy
  ) {
    guard case .scalar(let scalar) = node.content else {
      return context.mismatch(node, path, expected: "a condition or a status")
    }
    if let found = conditions.first(where: { $0.key == scalar.text }) {
      policy.conditions.insert(found.value)
    } else if let status = YAMLScalar.integer(scalar.text) {
      if !(400...599).contains(status) {
        context.diagnostics.error(
          at: node.mark, path, "\(status) is no status to retry on (valid: 400 to 599)")
      }
      policy.statuses.insert(status)
    } else {
      let hint = context.hint(for: scalar.text, among: conditions.map(\.key) + ["400 to 599"])
      context.diagnostics.error(at: node.mark, path, "unknown condition `\(scalar.text.shortened)`\(hint)")
    }
  }

  private static func decodeBackoff(_ block: Block, _ policy: inout RetryPolicy) {
    guard let backoff = block.block("backoff") else { return }
    let base = backoff.duration("base", in: .milliseconds(1) ... .seconds(60))
    let maximum = backoff.duration("max", in: .milliseconds(1) ... .seconds(600))
    backoff.finish()
    if let base { policy.backoff.base = base.value }
    // Envoy: ten times the base.
    policy.backoff.maximum = maximum?.value ?? policy.backoff.base * 10
    // Against a base that was refused itself nothing can be judged.
    if let maximum, base != nil || !backoff.has("base"), maximum.value < policy.backoff.base {
      block.context.error(
        maximum, "must not be shorter than `base` (\(DurationText.format(policy.backoff.base)))")
    }
  }

  /// Gateway API's `backoff: 100ms`.
  private static func shortBackoff(_ block: Block, _ policy: inout RetryPolicy) {
    guard let base = block.duration("backoff", in: .milliseconds(1) ... .seconds(60)) else { return }
    policy.backoff = Backoff(base: base.value, maximum: base.value * 10)
  }
}
