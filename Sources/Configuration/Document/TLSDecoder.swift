internal import Glibc
internal import Mesh
internal import Primitives
internal import Reactor

/// `tls`, of a listener or a service. The files are read at once, so that everything that is wrong with them is told
/// where they are named.
enum TLSDecoder {
  static let versions: KeyValuePairs<String, TLSVersion> = ["TLSv1.2": .v12, "TLSv1.3": .v13]

  /// `certificate`, `key` and `ocsp`.
  static func certificate(_ block: Block, needsBoth: Bool = true) -> CertificateFiles? {
    if !needsBoth, !block.has("certificate"), !block.has("key") {
      _ = (block.node("certificate"), block.node("key"))
      return nil
    }
    let certificate = block.requiredString("certificate")
    let key = block.requiredString("key")
    let ocsp = needsBoth ? block.string("ocsp") : nil
    guard let certificate, let key else { return nil }
    let files = CertificateFiles(certificate: certificate.value, key: key.value, ocsp: ocsp?.value)
    for file in [certificate, key, ocsp].compactMap({ $0 }) {
      check(block, [file], { () throws(TLSFileError) in try TLSFiles.probe(file.value) })
    }
    guard
      let read = check(
        block, [certificate, key, ocsp],
        { () throws(TLSFileError) in
          try block.context.tlsFiles.certificate(files)
        })
    else { return files }
    warn(block, [certificate, key, ocsp], TLSRemark.all(of: files, read, now: Int64(time(nil))))
    return files
  }

  /// `trust` and `crls`; nil where neither is there.
  static func trust(_ block: Block) -> TrustFiles? {
    let authorities = block.strings("trust")
    let revocations = block.strings("crls")
    if block.has("trust"), authorities.isEmpty, !block.context.diagnostics.hasErrors {
      block.error("trust", "must not be empty")
    }
    guard !authorities.isEmpty || !revocations.isEmpty else { return nil }
    let files = TrustFiles(
      authorities: authorities.isEmpty ? nil : authorities.map(\.value), revocations: revocations.map(\.value)
    )
    for file in authorities {
      check(
        block, [file], { () throws(TLSFileError) in _ = try block.context.tlsFiles.authorities(file.value) })
    }
    for file in revocations {
      check(
        block, [file], { () throws(TLSFileError) in _ = try block.context.tlsFiles.revocations(file.value) })
    }
    if !block.context.diagnostics.hasErrors,
      let read = check(block, [], { () throws(TLSFileError) in try block.context.tlsFiles.trust(files) })
    {
      warn(block, authorities + revocations, TLSRemark.all(of: files, read, now: Int64(time(nil))))
    }
    return files
  }

  /// What is unwise is told at the file's name.
  static func warn(_ block: Block, _ places: [Located<String>?], _ remarks: [TLSRemark]) {
    for remark in remarks {
      guard let place = places.compactMap({ $0 }).first(where: { $0.value == remark.path }) else { continue }
      block.context.warning(place, remark.message)
    }
  }

  /// Reads something; what is wrong is told at the file's name.
  @discardableResult
  static func check<Value>(
    _ block: Block, _ places: [Located<String>?], _ read: () throws(TLSFileError) -> Value
  ) -> Value? {
    do throws(TLSFileError) { return try read() } catch {
      let shown = "`\(error.path.shortened)` \(error.message)"
      if let place = places.compactMap({ $0 }).first(where: { $0.value == error.path }) {
        block.context.error(place, shown)
      } else {
        block.context.diagnostics.error(at: block.mark, block.path, shown)
      }
      return nil
    }
  }
}
