internal import Mesh

/// `configuration`: where the rest of the document is.
enum RestDecoder {
  /// Nil where it is absent, or wrong.
  static func decode(_ root: Block) -> DocumentReference? {
    guard let block = root.block("configuration") else { return nil }
    let found = [etcd(block), kubernetes(block)]
    let isIncluded = block.boolean("included")?.value ?? false
    block.finish()
    if block.has("etcd"), block.has("kubernetes") {
      block.error("kubernetes", "there is `etcd` already: the rest of a configuration is in one place")
    } else if !block.has("etcd"), !block.has("kubernetes") {
      root.error(
        "configuration",
        "says nothing: where is the rest? (valid: {etcd: {key: …}}, {kubernetes: {configMap: …}})")
    }
    if isIncluded {
      block.warning(
        "included", "the rest is here already, as `/config` has it: nothing is fetched or followed")
      return nil
    }
    return found.compactMap { $0 }.first
  }

  private static func etcd(_ parent: Block) -> DocumentReference? {
    guard let block = parent.block("etcd", bare: "key") else { return nil }
    let key = block.requiredString("key")
    block.finish()
    return key.map { .etcd(key: $0.value) }
  }

  private static func kubernetes(_ parent: Block) -> DocumentReference? {
    guard let block = parent.block("kubernetes", bare: "configMap") else { return nil }
    let namespace = block.string("namespace")
    let map = block.requiredString("configMap")
    let key = block.string("key")
    block.finish()
    var isFine = true
    func check(_ text: Located<String>?, _ fault: (String) -> String?) {
      guard let text, let fault = fault(text.value) else { return }
      block.context.error(text, "`\(text.value.shortened)` \(fault)")
      isFine = false
    }
    check(namespace, HostName.labelFault)
    check(map, fault(ofMap:))
    check(key, fault(ofKey:))
    guard isFine, let map else { return nil }
    return .kubernetes(
      namespace: namespace?.value ?? "", configMap: map.value, key: key?.value ?? "apus.yaml")
  }

  /// A DNS subdomain (RFC 1123), as all names of Kubernetes' objects are.
  private static func fault(ofMap name: String) -> String? {
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName = name.utf8.count <= 253 && labels.allSatisfy { KubernetesName.isLabel(String($0)) }
    return isName ? nil : "is no name of a ConfigMap (small letters, digits, `-` and `.`)"
  }

  /// Kubernetes' rule for the keys of a ConfigMap's data.
  private static func fault(ofKey key: String) -> String? {
    let isKey =
      !key.isEmpty && key.utf8.count <= 253
      && key.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
      }
    return isKey ? nil : "is no key of a ConfigMap (letters, digits, `-`, `_` and `.`, such as apus.yaml)"
  }
}
