/// Paths and queries of lists and watches (Kubernetes API concepts, "Efficient detection of changes").
struct KubernetesQuery: Equatable {
  var resource: KubernetesResource
  var namespace: String
  /// What only is asked for, in order; empty: all.
  var services: [String] = []

  /// Objects of a page.
  static let page = 250
  /// Services that are named one by one in a selector.
  private static let mostNamed = 32

  /// - Parameter continuation: of the page before; empty: the first one.
  func list(continuation: String = "") -> String {
    var query = "?limit=\(Self.page)" + selector
    if !continuation.isEmpty { query += "&continue=" + Self.escaped(continuation) }
    return resource.path(in: namespace) + query
  }

  func watch(from version: String, seconds: Int) -> String {
    resource.path(in: namespace) + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=\(seconds)"
      + "&resourceVersion=" + Self.escaped(version) + selector
  }

  /// So that not all of a namespace comes here where little of it is wanted. With one service alone, a Role's
  /// `resourceNames` can name it.
  private var selector: String {
    if resource == .endpointSlices {
      guard 1...Self.mostNamed ~= services.count else { return "" }
      let list = services.joined(separator: ",")
      return "&labelSelector=" + Self.escaped("\(KubernetesObject.serviceLabel) in (\(list))")
    }
    return services.count == 1 ? "&fieldSelector=" + Self.escaped("metadata.name=\(services[0])") : ""
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
