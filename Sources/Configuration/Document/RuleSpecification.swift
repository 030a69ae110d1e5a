internal import Mesh
internal import Policy
internal import Primitives

/// An element of `routes[].rules`: what Gateway API calls an `HTTPRouteRule` or a `GRPCRouteRule`, which
/// its matches tell apart.
struct RuleSpecification {
  /// The name, or the place among the rules.
  var name: String
  var givenName: Located<String>?
  var matches: [RouteMatch] = []
  var requestFilter = HeaderFilter()
  var responseFilter = HeaderFilter()
  var cors: CORSFilter?
  var timeouts = RouteTimeouts()
  var retry: RetryPolicy?
  var backends: [BackendSpecification] = []
}

extension RuleSpecification {
  init(_ block: Block, index: Int) {
    givenName = block.string("name")
    name = givenName?.value ?? String(index)
    matches = block.blocks("matches").compactMap(MatchDecoder.decode)
    FilterDecoder.decode(block, into: &self)
    decodeTimeouts(block)
    if let retry = block.block("retry") {
      self.retry = RetryDecoder.decode(retry)
    }
    if !block.has("backendRefs") {
      let consequence = "is missing: every request that this rule takes is answered 500"
      block.missing("backendRefs", consequence, isError: false)
    }
    backends = block.blocks("backendRefs", bare: "name").compactMap(BackendSpecification.init)
    if !backends.isEmpty, backends.allSatisfy({ $0.weight == 0 }) {
      block.warning("backendRefs", "all weights are 0: every request that this rule takes is answered 500")
    }
    block.refuse(["sessionPersistence"])
    block.finish()
  }

  private mutating func decodeTimeouts(_ block: Block) {
    guard let times = block.block("timeouts") else { return }
    let range = Interval.zero ... .seconds(86_400)
    let request = times.duration("request", in: range)
    let each = times.duration("backendRequest", in: range)
    timeouts = RouteTimeouts(request: request?.value, backendRequest: each?.value)
    times.finish()
    guard let request, let each, request.value > .zero else { return }
    // Gateway API: backendRequest must be at most request, and zero (none) is longer than any.
    if each.value > request.value || each.value == .zero {
      let whole = DurationText.format(request.value)
      block.context.error(each, "must not be longer than `request` (\(whole)), which includes every attempt")
    } else if each.value == request.value, block.has("retry") {
      block.context.warning(
        each, "is as long as `request`: an attempt that times out leaves no time for a retry")
    }
  }
}
