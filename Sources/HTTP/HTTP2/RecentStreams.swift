/// The ids of the last few streams that were reset.
struct RecentStreams {
  private var ids = InlineArray<32, Int32>(repeating: 0)
  private var next = 0

  mutating func insert(_ id: Int32) {
    ids[next] = id
    next = (next + 1) % 32
  }

  func contains(_ id: Int32) -> Bool {
    for i in 0..<32 where ids[i] == id { return true }
    return false
  }
}
