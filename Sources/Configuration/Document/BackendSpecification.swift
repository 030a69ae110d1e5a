internal import Mesh

/// An element of `backendRefs`: a service by its name, in the words of Gateway API's `BackendRef`.
struct BackendSpecification {
  /// Of a service; where `services` has none of this name, of a Service of Kubernetes.
  var name: Located<String>
  var weight: Int
  /// Of the Service.
  var namespace: Located<String>?
  var port: Located<KubernetesReference.Port>?
}

extension BackendSpecification {
  /// Nil where it has no name. Gateway API's `group` and `kind` may stand where a rule was pasted from a cluster.
  init?(_ block: Block) {
    let name = block.requiredString("name")
    weight = block.integer("weight", in: 0...1_000_000)?.value ?? 1
    if let group = block.string("group"), !group.value.isEmpty {
      block.context.unsupported(at: group.mark, group.path, "a group other than \"\"")
    }
    if let kind = block.string("kind"), kind.value != "Service" {
      block.context.unsupported(at: kind.mark, kind.path, "a kind other than `Service`")
    }
    if let text = block.string("namespace") {
      if let fault = HostName.labelFault(of: text.value) {
        block.context.error(text, "`\(text.value.shortened)` \(fault)")
      } else {
        namespace = text
      }
    }
    port = ReferenceDecoder(block: block).port()
    block.refuse(["filters"])
    block.finish()
    guard let name else { return nil }
    self.name = name
  }
}
