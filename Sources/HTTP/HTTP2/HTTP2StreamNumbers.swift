/// The last few numbers of streams that were put in; older ones are forgotten. Not for 0.
struct HTTP2StreamNumbers {
  private var numbers: [Int32] = []
  private var next = 0
  private let limit: Int

  /// Holds up to `limit`, which must not be 0.
  init(limit: Int) { self.limit = limit }

  mutating func insert(_ number: Int32) {
    if numbers.count < limit {
      numbers.append(number)
      return
    }
    numbers[next] = number
    next = next + 1 == limit ? 0 : next + 1
  }

  func contains(_ number: Int32) -> Bool { numbers.contains(number) }
}
