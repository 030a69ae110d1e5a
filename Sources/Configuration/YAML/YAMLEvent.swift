/// One step of libyaml's parser, copied into Swift values.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case sequenceEnd
    case mappingStart(anchor: String?, tag: String?)
    case mappingEnd
  }

  var kind: Kind
  var mark: SourceMark
}

/// Why a text is no YAML, or more of it than is taken.
struct YAMLError: Error, Equatable {
  var mark: SourceMark
  /// Of the node that it concerns; empty where the text could not be read so far.
  var path = ""
  var message: String
}
