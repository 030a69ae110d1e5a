/// Bytes → one tree of nodes, within bounds on depth, size and what aliases may multiply to.
///
/// Exactly one document. Anchors and aliases work; merge keys (`<<`) and tags other than the core schema's do not
/// exist in YAML 1.2. A syntax error ends the reading, whatever else is found is reported together.
struct YAMLDocument {
  /// Bytes of a file.
  static let maximumSize = 64 << 20
  /// Nested lists and maps.
  static let maximumDepth = 64
  /// Nodes that aliases may add to those that are written: against a "billion laughs".
  static let maximumAliasedNodes = 100_000

  /// Nil where the text is empty, or no YAML.
  private(set) var root: YAMLNode?

  /// - Parameters:
  ///   - number: of the text, for its marks.
  ///   - environment: what `${VAR}` stands for; nil: for itself.
  init(
    _ bytes: [UInt8], number: Int = 0, environment: [String: String]?, diagnostics: inout DiagnosticList
  ) {
    let start = SourceMark.start.of(text: number)
    guard bytes.count <= Self.maximumSize else {
      diagnostics.error(at: start, "", "the file is larger than \(Self.maximumSize >> 20) MiB")
      return
    }
    let encoding = TextEncoding.detect(bytes)
    guard encoding == .utf8 else {
      diagnostics.error(at: start, "", "the file is in \(encoding.rawValue): save it in UTF-8")
      return
    }
    let mark = TextEncoding.byteOrderMark
    let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    do throws(YAMLError) {
      var builder = YAMLTreeBuilder(environment: environment, parser: try YAMLEventParser(text))
      do throws(YAMLError) {
        root = try builder.document()?.of(text: number)
      } catch {
        builder.problems.append(error)
      }
      for problem in builder.problems {
        diagnostics.unreadable(at: problem.mark.of(text: number), problem.path, problem.message)
      }
    } catch {
      diagnostics.error(at: error.mark.of(text: number), "", error.message)
    }
  }
}
