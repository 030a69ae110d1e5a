internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives
internal import Reactor

/// `jwt.providers[].jwks`: where an issuer's keys are.
enum KeySetDecoder {
  enum Source {
    /// Read at once.
    case file(path: String, FileTrail, TokenKeySet)
    case remote(Remote)
  }

  /// A key set's URL, before its provider is made.
  struct Remote {
    var url: HTTPURL
    var tls: ServiceTLS?
    var refresh: Interval
    var timeout: Interval
  }

  /// Nil where it is missing, or wrong.
  static func decode(_ parent: Block) -> Source? {
    guard let block = parent.block("jwks") else {
      if !parent.has("jwks") {
        parent.missing(
          "jwks", "is missing: `jwks: {file: /path/to/jwks.json}`, or `jwks: {url: https://…}`")
      }
      return nil
    }
    defer { block.finish() }
    guard block.has("url") else { return file(block) }
    if block.node("file") != nil { block.error("file", "does not go with `url`: take one of them out") }
    return remote(block).map { .remote($0) }
  }

  // MARK: In a file

  private static func file(_ block: Block) -> Source? {
    // They belong to `url`, and are no unknown fields.
    for key in ["url", "refresh", "timeout", "tls"] where block.node(key) != nil {
      block.error(key, "has no effect without `url`")
    }
    guard let file = block.requiredString("file") else { return nil }
    let trail = FileTrail(file.value)
    do throws(KeySetFile.Failure) {
      let keys = try KeySetFile.read(file.value)
      for note in keys.ignored { block.context.warning(file, "\(note): it is passed over") }
      return .file(path: file.value, trail, keys)
    } catch {
      block.context.error(file, error.message)
      return nil
    }
  }

  // MARK: By URL

  private static func remote(_ block: Block) -> Remote? {
    let text = block.requiredString("url")
    let refresh = block.duration("refresh", in: .seconds(10)...Interval.seconds(86_400))
    let timeout = block.duration("timeout", in: .milliseconds(100)...Interval.seconds(60))
    guard let text, let url = url(text, block) else {
      _ = block.node("tls")
      return nil
    }
    return Remote(
      url: url, tls: tls(block, url), refresh: refresh?.value ?? RemoteKeySet.standardRefresh,
      timeout: timeout?.value ?? RemoteKeySet.standardTimeout)
  }

  private static func url(_ text: Located<String>, _ block: Block) -> HTTPURL? {
    do throws(HTTPURL.Fault) {
      let url = try HTTPURL(text.value)
      if !url.isSecure {
        block.context.warning(
          text,
          "keys over plain HTTP: whoever is between here and there can put their own in, and sign tokens")
      }
      return url
    } catch {
      block.context.error(text, "`\(text.value.shortened)` \(error.reason)")
      return nil
    }
  }

  /// The host's own name is what the server's certificate must have, unless `tls` says otherwise.
  private static func tls(_ block: Block, _ url: HTTPURL) -> ServiceTLS? {
    guard url.isSecure else {
      if block.node("tls") != nil { block.error("tls", "has no effect: the URL begins with http://") }
      return nil
    }
    return TLSDecoder.client(block, host: url.host)
  }
}
