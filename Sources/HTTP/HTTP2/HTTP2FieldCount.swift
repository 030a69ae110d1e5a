/// What a header block has cost so far: names, values and 32 bytes for each field (RFC 9113, section 10.5.1), the ones
/// that are dropped later too.
struct HTTP2FieldCount {
  private(set) var count = 0
  private(set) var bytes = 0

  mutating func add(name: Int, value: Int) {
    count += 1
    bytes += name + value + 32
  }
}
