internal import Primitives

/// One field of a header block as it is decoded.
extension HTTP2Stream {
  /// Takes a field in, or notes why the message is refused. Fields behind that are counted and dropped.
  func add(name: Span<UInt8>, value: Span<UInt8>, limits: HTTPLimits) {
    fields.add(name: name.count, value: value.count)
    if malformation != nil { return }
    let isTrailer = hasCompleteHead
    if fields.bytes > (isTrailer ? limits.trailerBytes : limits.headerBytes) {
      malformation = isTrailer ? .trailersTooLarge : .headersTooLarge
    } else if fields.count > (isTrailer ? limits.trailerCount : limits.headerCount) + (isTrailer ? 0 : 5) {
      // Pseudo-header fields are not what the limit means.
      malformation = isTrailer ? .tooManyTrailers : .tooManyHeaders
    } else if name.count > 0, name[0] == UInt8(ascii: ":") {
      addPseudo(name, value)
    } else {
      addField(name, value, isTrailer: isTrailer, limits)
    }
  }

  private func addPseudo(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    let start = head.arena.count
    head.arena.append(value)
    let range = ByteRange(start, head.arena.count)
    switch name.count {
    case 5 where name.equals((":path" as StaticString).bytes): pseudo.path = range
    case 7 where name.equals((":method" as StaticString).bytes): pseudo.method = range
    case 7 where name.equals((":scheme" as StaticString).bytes): pseudo.scheme = range
    case 7 where name.equals((":status" as StaticString).bytes): pseudo.status = range
    case 9 where name.equals((":protocol" as StaticString).bytes): pseudo.protocolName = range
    case 10 where name.equals((":authority" as StaticString).bytes): pseudo.authority = range
    default: malformation = .invalidName
    }
  }

  private func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, isTrailer: Bool, _ limits: HTTPLimits) {
    let id = FieldID(name: name)
    if id == .other {
      do throws(HTTPError) {
        if try limits.underscores.drops(name) { return }
      } catch {
        return malformation = error
      }
    }
    if isTrailer {
      if id.isForbiddenInTrailers { return }
      trailers.append(id, name: name, value: value)
    } else {
      head.append(id, name: name, value: value)
    }
  }
}
