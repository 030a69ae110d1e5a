import Policy
import Primitives

/// Endpoints by hand.
struct TableSet: EndpointSet {
  func number(_ index: Int) -> Int { index }
  var weights: [Int]
  var loads: [Int]
  var out: Set<Int> = []
  /// By place; nil: that of the place.
  var names: [String]?

  init(weights: [Int], loads: [Int]? = nil, out: Set<Int> = []) {
    self.weights = weights
    self.loads = loads ?? weights.map { _ in 0 }
    self.out = out
  }

  var count: Int { weights.count }
  func weight(_ index: Int) -> Int { weights[index] }
  func active(_ index: Int) -> Int { loads[index] }
  func identity(_ index: Int) -> UInt64 { StableHash(names?[index] ?? "\(index)").value }
  func isAvailable(_ index: Int) -> Bool { !out.contains(index) }
}

func mask(_ indices: Int...) -> EndpointMask {
  var mask = EndpointMask()
  for index in indices { mask.insert(index) }
  return mask
}
