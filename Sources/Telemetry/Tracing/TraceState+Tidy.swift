internal import HTTP
internal import Primitives

extension TraceState {
  /// Makes the head's `tracestate` fields one valid field within the bounds, or none. One field that is fine stays
  /// as it is.
  static func tidy(_ head: inout MessageHead) {
    var survey = Survey()
    var fields = 0
    for index in 0..<head.fields.count where isState(head, index) {
      head.withBytes(of: head.fields[index].value) { self.survey($0, &survey) }
      fields += 1
    }
    if fields == 1, survey.isValid, survey.isTidy, survey.bytes <= maximumBytes, survey.members > 0 { return }
    let before = head.fields.count
    if survey.isValid { join(&head, survey) }
    for index in 0..<before where isState(head, index) { head.remove(at: index) }
  }

  private static func isState(_ head: borrowing MessageHead, _ index: Int) -> Bool {
    head.fields[index].id == .tracestate && !head.fields[index].isRemoved
  }

  /// Appends one field with all members that have room, in order.
  private static func join(_ head: inout MessageHead, _ survey: Survey) {
    var value = InlineArray<512, UInt8>(repeating: 0)
    var count = 0
    let dropsLong = survey.bytes > maximumBytes
    var isFull = false
    for index in 0..<head.fields.count where isState(head, index) {
      head.withBytes(of: head.fields[index].value) { bytes in
        forEach(bytes) { range in
          if range.isEmpty || isFull || (dropsLong && range.count > longMember) { return }
          let comma = count > 0 ? 1 : 0
          if count + comma + range.count > maximumBytes {
            // From here on everything goes, so that what stays is the newest.
            isFull = true
            return
          }
          if comma == 1 {
            value[count] = 44
            count += 1
          }
          for place in range {
            value[count] = bytes[place]
            count += 1
          }
        }
      }
    }
    if count > 0 { head.append(.tracestate, value.span.extracting(0..<count)) }
  }
}
