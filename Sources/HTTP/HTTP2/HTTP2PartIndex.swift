/// Finds the part of a stream among those of a run (`HTTP2DataRun`): a hash table with open addressing and two hashes (Knuth,
/// The Art of Computer Programming, vol. 3, 6.4, algorithm D).
///
/// The first is the number itself, so that streams that were begun one after the other never meet. The second is keyed
/// (multiply-shift, Dietzfelbinger et al. 1997), so that a peer cannot choose numbers that meet again and again.
struct HTTP2PartIndex: ~Copyable {
  /// Numbers of parts; below 0: none. No `InlineArray`, which is copied to be read.
  private var places: [Int16]
  private let key: UInt32

  init(key: UInt32 = .random(in: 0 ... .max)) {
    places = [Int16](repeating: -1, count: 256)
    self.key = key | 1
  }

  /// The number of the stream's part; below 0: it has none.
  @inline(__always)
  func find(_ stream: Int32, in parts: Span<HTTP2DataRun.Part>) -> Int {
    var place = first(stream)
    var part = Int(places[place])
    while part >= 0, parts[part].stream != stream {
      place = next(place, stream)
      part = Int(places[place])
    }
    return part
  }

  /// Enters the last of the parts.
  mutating func insert(_ parts: [HTTP2DataRun.Part]) {
    if 2 &* parts.count > places.count {
      places = [Int16](repeating: -1, count: 2 &* places.count)
      for part in parts.indices.dropLast() { enter(part, parts[part].stream) }
    }
    enter(parts.count &- 1, parts[parts.count &- 1].stream)
  }

  mutating func clear() {
    for place in places.indices { places[place] = -1 }
  }

  private mutating func enter(_ part: Int, _ stream: Int32) {
    var place = first(stream)
    while places[place] >= 0 { place = next(place, stream) }
    places[place] = Int16(truncatingIfNeeded: part)
  }

  @inline(__always)
  private func first(_ stream: Int32) -> Int { Int(stream &>> 1) & (places.count &- 1) }

  /// Steps are odd, and there is a power of two of places: every one comes up.
  @inline(__always)
  private func next(_ place: Int, _ stream: Int32) -> Int {
    (place &+ Int(UInt32(bitPattern: stream) &* key &>> 23 | 1)) & (places.count &- 1)
  }
}
