internal import CYAML

/// libyaml's event parser over bytes in memory. It owns the C parser, and is the one file here that meets C.
@safe
struct YAMLEventParser: ~Copyable {
  // SAFETY: initialised by `yaml_parser_initialize`, freed once in `deinit`; heap memory, since libyaml keeps
  // pointers into its own struct.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) throws(YAMLError) {
    unsafe parser = .allocate(capacity: 1)
    unsafe input = .allocate(capacity: max(1, bytes.count))
    // SAFETY: libyaml reads the input until it is deleted, so it gets a copy that lives as long.
    _ = unsafe input.initialize(from: bytes)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      unsafe input.deallocate()
      throw YAMLError(mark: .start, message: "no memory for the YAML parser")
    }
    // SAFETY: see above; UTF-8 is required, so that no byte order mark changes what the bytes mean.
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    // SAFETY: initialised in `init`, used by this value alone.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event. After an error, or the end of the stream, it must not be asked again.
  mutating func next() throws(YAMLError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    // SAFETY: both structs are initialised or filled by libyaml; the event is deleted once its parts are copied.
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    let mark = unsafe Self.mark(event.start_mark)
    return YAMLEvent(kind: unsafe Self.kind(event), mark: mark)
  }

  private static func mark(_ mark: yaml_mark_t) -> SourceMark {
    SourceMark(line: mark.line + 1, column: mark.column + 1)
  }

  @unsafe
  private static func kind(_ event: yaml_event_t) -> YAMLEvent.Kind {
    // SAFETY: the union's member is the one that the event's type names.
    let data = unsafe event.data
    switch unsafe event.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_ALIAS_EVENT: return .alias(unsafe text(data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe data.scalar
      // SAFETY: libyaml gives `length` bytes of checked UTF-8, which may contain NUL.
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        text: unsafe String(decoding: bytes, as: UTF8.self),
        isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE,
        anchor: unsafe text(scalar.anchor), tag: unsafe text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      return .sequenceStart(
        anchor: unsafe text(data.sequence_start.anchor), tag: unsafe text(data.sequence_start.tag))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      return .mappingStart(
        anchor: unsafe text(data.mapping_start.anchor), tag: unsafe text(data.mapping_start.tag))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return .streamStart
    }
  }

  @unsafe
  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    // SAFETY: libyaml's names end with a NUL.
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  private func failure() -> YAMLError {
    // SAFETY: the parser's own struct; `problem` and `context` are static strings or nil.
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? ""
    if unsafe parser.pointee.error == YAML_READER_ERROR {
      let isControl = problem.contains("control")
      let message =
        isControl
        ? "a control character, which no YAML may hold"
        : "these bytes are not UTF-8: save the file in that encoding"
      return YAMLError(mark: mark(ofByte: unsafe parser.pointee.problem_offset), message: message)
    }
    let mark = unsafe Self.mark(parser.pointee.problem_mark)
    return YAMLSyntaxFault(
      problem: problem, context: unsafe parser.pointee.context.map { unsafe String(cString: $0) } ?? "",
      mark: mark, began: unsafe Self.mark(parser.pointee.context_mark), line: text(ofLine: mark.line),
      bracket: OpenBracket.last(
        in: unsafe Array(input.prefix(Int(parser.pointee.problem_mark.index) * 4)), before: mark)
    ).error
  }

  private func text(ofLine number: Int) -> String {
    var line = 1
    var text: [UInt8] = []
    for index in 0..<(unsafe input.count) where line <= number {
      let byte = unsafe input[index]
      if byte == 10 { line += 1 } else if line == number { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reader errors (broken UTF-8, control characters) name a byte only.
  private func mark(ofByte offset: Int) -> SourceMark {
    var mark = SourceMark.start
    for index in 0..<min(offset, unsafe input.count) {
      let byte = unsafe input[index]
      if byte == 10 {
        mark = SourceMark(line: mark.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        mark.column += 1
      }
    }
    return mark
  }
}
