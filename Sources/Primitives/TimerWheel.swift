/// Deadlines in a hierarchical timing wheel (Varghese and Lauck, 1987): 4 levels of 64 slots, ticks of 1 ms,
/// so 4.6 hours ahead; what lies further waits in the last slot and is placed anew. Not thread-safe.
///
/// Scheduling and cancelling cost O(1). A deadline fires at its tick or up to one tick late, never early.
/// Connections that move their deadline with every byte should keep it in a field and schedule anew only
/// when the wheel fires: then moving it costs nothing.
public struct TimerWheel {
  /// Names a scheduled deadline; stale once it has fired or was cancelled.
  public struct ID: Hashable, Sendable {
    @usableFromInline internal var index: Int32
    @usableFromInline internal var generation: UInt32
    public static var none: ID { ID(index: -1, generation: 0) }
  }

  private struct Entry {
    var tick: UInt64
    var payload: UInt64
    var next: Int32
    var previous: Int32
    /// level * 64 + slot while scheduled, -1 while free.
    var place: Int32
    var generation: UInt32
  }

  private static let levels = 4
  private static let tickNanoseconds: Int64 = 1_000_000

  private let origin: MonotonicTime
  private var current: UInt64 = 0
  private var entries: [Entry] = []
  private var free: Int32 = -1
  private var heads: [Int32]
  /// One bit a slot, a word a level: which slots hold anything.
  private var occupied: [UInt64]
  /// Deadlines waiting.
  public private(set) var count = 0

  public init(now: MonotonicTime) {
    origin = now
    heads = Array(repeating: -1, count: Self.levels * 64)
    occupied = Array(repeating: 0, count: Self.levels)
  }

  /// Fires `payload` at `deadline`, or at the next `advance` where that has passed.
  public mutating func schedule(at deadline: MonotonicTime, _ payload: UInt64) -> ID {
    let tick = max(current + 1, self.tick(roundingUp: deadline))
    let index: Int32
    if free >= 0 {
      index = free
      free = entries[Int(index)].next
      entries[Int(index)].tick = tick
      entries[Int(index)].payload = payload
    } else {
      index = Int32(entries.count)
      entries.append(Entry(tick: tick, payload: payload, next: -1, previous: -1, place: -1, generation: 1))
    }
    link(index)
    count += 1
    return ID(index: index, generation: entries[Int(index)].generation)
  }

  /// Forgets a deadline. Returns false where it has fired or was cancelled before.
  @discardableResult
  public mutating func cancel(_ id: ID) -> Bool {
    let index = Int(id.index)
    guard index >= 0, index < entries.count, entries[index].generation == id.generation,
      entries[index].place >= 0
    else { return false }
    unlink(id.index)
    recycle(id.index)
    return true
  }

  /// The time by which `advance` should be called next; `distantFuture` when nothing waits.
  ///
  /// It may be earlier than the earliest deadline (a higher level's slot is due to be spread), never later.
  public var nextDeadline: MonotonicTime {
    if count == 0 { return .distantFuture }
    var best = UInt64.max
    for level in 0..<Self.levels where occupied[level] != 0 {
      let shift = UInt64(level * 6)
      let position = (current >> shift) & 63
      // Rotate so that bit 0 is the slot after the current one.
      let turn = (position + 1) & 63
      let word = occupied[level]
      let rotated = turn == 0 ? word : (word >> turn) | (word << (64 - turn))
      let steps = UInt64(rotated.trailingZeroBitCount) + 1
      best = min(best, ((current >> shift) + steps) << shift)
    }
    return origin + Interval(nanoseconds: Int64(best) * Self.tickNanoseconds)
  }

  /// Moves to `now` and hands over what is due, in order of ticks. `fire` may not touch this wheel; collect, then act.
  public mutating func advance(to now: MonotonicTime, _ fire: (UInt64) -> Void) {
    let target = UInt64(max(0, (now - origin).nanoseconds) / Self.tickNanoseconds)
    while current < target {
      if count == 0 {
        current = target
        return
      }
      let next = UInt64((nextDeadline - origin).nanoseconds / Self.tickNanoseconds)
      if next > target {
        current = target
        return
      }
      current = next
      // Spread higher levels first: what they hold may be due in this very tick.
      var level = Self.levels - 1
      while level > 0 {
        if current & ((1 << UInt64(level * 6)) - 1) == 0 { spread(level) }
        level -= 1
      }
      drain(slot: Int(current & 63), fire)
    }
  }

  private func tick(roundingUp time: MonotonicTime) -> UInt64 {
    let distance = max(0, (time - origin).nanoseconds)
    return UInt64(distance / Self.tickNanoseconds + (distance % Self.tickNanoseconds == 0 ? 0 : 1))
  }

  private mutating func drain(slot: Int, _ fire: (UInt64) -> Void) {
    var index = heads[slot]
    heads[slot] = -1
    occupied[0] &= ~(1 << UInt64(slot))
    while index >= 0 {
      let next = entries[Int(index)].next
      let payload = entries[Int(index)].payload
      recycle(index)
      fire(payload)
      index = next
    }
  }

  private mutating func spread(_ level: Int) {
    let slot = Int((current >> UInt64(level * 6)) & 63)
    var index = heads[level * 64 + slot]
    heads[level * 64 + slot] = -1
    occupied[level] &= ~(1 << UInt64(slot))
    while index >= 0 {
      let next = entries[Int(index)].next
      link(index)
      index = next
    }
  }

  private mutating func link(_ index: Int32) {
    let tick = entries[Int(index)].tick
    let distance = tick > current ? tick - current : 0
    var level = 0
    while level < Self.levels - 1, distance >= 1 << UInt64((level + 1) * 6) { level += 1 }
    // Beyond the last level's reach: wait in its furthest slot.
    let reach = (UInt64(1) << UInt64(Self.levels * 6)) - (UInt64(1) << UInt64((Self.levels - 1) * 6))
    let placed = distance > reach ? current + reach : tick
    let slot = Int((placed >> UInt64(level * 6)) & 63)
    let place = level * 64 + slot
    let head = heads[place]
    entries[Int(index)].place = Int32(place)
    entries[Int(index)].next = head
    entries[Int(index)].previous = -1
    if head >= 0 { entries[Int(head)].previous = index }
    heads[place] = index
    occupied[level] |= 1 << UInt64(slot)
  }

  private mutating func unlink(_ index: Int32) {
    let entry = entries[Int(index)]
    if entry.previous >= 0 {
      entries[Int(entry.previous)].next = entry.next
    } else {
      heads[Int(entry.place)] = entry.next
      if entry.next < 0 { occupied[Int(entry.place) / 64] &= ~(1 << UInt64(entry.place % 64)) }
    }
    if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
  }

  private mutating func recycle(_ index: Int32) {
    entries[Int(index)].place = -1
    entries[Int(index)].generation &+= 1
    entries[Int(index)].next = free
    free = index
    count -= 1
  }
}
