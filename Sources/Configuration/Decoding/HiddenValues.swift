/// What `/config` shows in the place of a secret. A file that was made of that page is valid, and has it where the value
/// should be: etcd would be logged in to with three stars.
struct HiddenValues {
  private enum Step {
    case key(String), place(Int)
  }

  private let context: DecodingContext
  /// To the present node.
  private var steps: [Step] = []

  /// Warns of each within `root`.
  static func warn(of root: YAMLNode, _ context: DecodingContext) {
    var values = HiddenValues(context: context)
    values.look(at: root)
  }

  private init(context: DecodingContext) { self.context = context }

  private mutating func look(at node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar):
      // The second as an expression.
      guard scalar.text == "***" || scalar.text == "[*]{3}" else { return }
      context.diagnostics.warning(
        at: node.mark, path,
        "`***` is what `/config` shows in the place of a secret: the value itself has to stand here")
    case .sequence(let items):
      for (place, item) in items.enumerated() { look(at: item, .place(place)) }
    case .mapping(let entries):
      for entry in entries { look(at: entry.value, .key(entry.key)) }
    }
  }

  private mutating func look(at node: YAMLNode, _ step: Step) {
    steps.append(step)
    look(at: node)
    steps.removeLast()
  }

  private var path: String {
    steps.reduce(into: "") { path, step in
      switch step {
      case .key(let key): path += (path.isEmpty ? "" : ".") + key.shortened
      case .place(let place): path += "[\(place)]"
      }
    }
  }
}
