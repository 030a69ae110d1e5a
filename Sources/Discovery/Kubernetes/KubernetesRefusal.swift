internal import JSON

/// An answer of the API server that is none to the question: a Status (meta/v1).
struct KubernetesRefusal {
  var status: Int
  /// The server's words; empty: none.
  var message = ""
  /// It came in the midst of a watch.
  var isEvent = false

  init(status: Int, body: Span<UInt8>) {
    self.status = status
    message = (try? JSONParser.parse(body, limit: 1 << 20))?["message"]?.string ?? ""
  }

  /// The `object` of an event of type ERROR.
  init(event object: JSONNode?) {
    status = Int(object?["code"]?.integer ?? 0)
    message = object?["message"]?.string ?? ""
    isEvent = true
  }

  /// What was asked from is gone.
  var isExpired: Bool { status == 410 }

  /// For operators: what failed, and what they can do.
  /// - Parameters:
  ///   - verb: list or watch.
  ///   - hasToken: whether a token came with the request.
  func text(_ verb: String, _ query: KubernetesQuery, hasToken: Bool) -> String {
    let resource = query.resource
    let what =
      "\(verb) \(resource.name)\(resource.group.isEmpty ? "" : "." + resource.group) in namespace \(query.namespace)"
    let words = message.isEmpty ? "" : ": \(message.prefix(300))"
    switch status {
    case 401:
      return hasToken
        ? "the API server refuses our token (401)\(words)"
        : "the API server wants a token, and there is none (401)\(words)"
    case 403:
      return
        "may not \(what) (403): a Role there with apiGroups [\"\(resource.group)\"], resources [\(resource.name)] and verbs [list, watch] would allow it\(words)"
    case 404: return "the API server does not know how to \(what) (404)\(words)"
    case 429: return "the API server is too busy to \(what) (429)\(words)"
    default: return "the API server answers \(status) when asked to \(what)\(words)"
    }
  }
}
