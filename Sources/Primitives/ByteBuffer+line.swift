extension ByteBuffer {
  /// Appends the beginning of a field's line: the name, a colon and a space.
  @inlinable
  public mutating func appendName(_ name: Span<UInt8>) {
    let count = name.count &+ 2
    if capacity &- end < count { grow(count) }
    // SAFETY: `grow` made room for all of it; a span cannot overlap a buffer that is being mutated.
    unsafe name.withUnsafeBufferPointer { name in
      let line = unsafe base.unsafelyUnwrapped + end
      if let source = name.baseAddress { unsafe Self.copy(source, to: line, name.count) }
      unsafe line[name.count] = UInt8(ascii: ":")
      unsafe line[name.count &+ 1] = UInt8(ascii: " ")
    }
    end &+= count
  }

  /// Appends a field's line: the name, a colon, a space, the value, and the line's end.
  @inlinable
  public mutating func appendLine(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    let count = name.count &+ value.count &+ 4
    if capacity &- end < count { grow(count) }
    // SAFETY: `grow` made room for all of it; spans cannot overlap a buffer that is being mutated.
    unsafe name.withUnsafeBufferPointer { name in
      unsafe value.withUnsafeBufferPointer { value in
        let line = unsafe base.unsafelyUnwrapped + end
        if let source = name.baseAddress { unsafe Self.copy(source, to: line, name.count) }
        let rest = unsafe line + name.count
        unsafe rest[0] = UInt8(ascii: ":")
        unsafe rest[1] = UInt8(ascii: " ")
        if let source = value.baseAddress { unsafe Self.copy(source, to: rest + 2, value.count) }
        unsafe rest[value.count &+ 2] = UInt8(ascii: "\r")
        unsafe rest[value.count &+ 3] = UInt8(ascii: "\n")
      }
    }
    end &+= count
  }
}
