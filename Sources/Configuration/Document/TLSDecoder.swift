internal import Certificates
internal import Glibc
internal import Identity
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
    switch KeyFileExposure(path: key.value) {
    case .everybodyMayRead:
      block.context.warning(key, "everybody on this system may read the private key `\(key.value)`")
    case .othersMayWrite:
      block.context.warning(key, "others than its owner may write the private key `\(key.value)`")
    case .ownerOnly, .groupMayRead, nil: break
    }
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
    let now = Int64(time(nil))
    if read.description.notAfter <= now {
      block.context.warning(certificate, "the certificate has expired")
    } else if read.description.notBefore > now {
      block.context.warning(certificate, "the certificate is not valid yet")
    }
    if let ocsp, let response = read.response, response.end <= now {
      block.context.warning(ocsp, "the OCSP response is overdue: no client is shown it")
    }
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
    return files
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
