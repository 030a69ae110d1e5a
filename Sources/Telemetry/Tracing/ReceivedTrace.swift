/// What one format's fields said.
internal struct ReceivedTrace: Equatable {
  /// The caller's word on recording.
  enum Decision: UInt8 { case open, no, yes, debug }

  /// Zero ids: the fields said something about recording only.
  var traceHigh: UInt64 = 0
  var traceLow: UInt64 = 0
  var span: UInt64 = 0
  var decision = Decision.open
  var isRandom = false
  var isShort = false

  var hasIDs: Bool { (traceHigh | traceLow) != 0 && span != 0 }
}
