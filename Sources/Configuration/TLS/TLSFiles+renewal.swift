internal import Glibc
internal import Mesh
internal import Reactor

/// Contexts made anew while the proxy runs: what is wrong with an OCSP response costs that response, and never keeps a
/// new certificate or a new CRL from being used.
extension TLSFiles {
  /// - Returns: what takes the former's place, and what is wrong with files of OCSP responses.
  func context(
    of source: ListenerTLS.Source, replacing former: TLSServerContext
  ) throws(TLSFileError) -> (context: TLSServerContext, responseFaults: [TLSFileError]) {
    var certificates: [TLSCertificate] = []
    var faults: [TLSFileError] = []
    for (files, one) in zip(source.certificates, former.settings.certificates) {
      certificates.append(try certificate(files, replacing: one, &faults))
    }
    let fresh = try context(of: source, certificates, keys: former.settings.ticketKeys)
    return (fresh, faults)
  }

  /// The former response goes on being shown while it is about the certificate and not overdue.
  private func certificate(
    _ files: CertificateFiles, replacing former: TLSCertificate, _ faults: inout [TLSFileError]
  ) throws(TLSFileError) -> TLSCertificate {
    guard let path = files.ocsp else { return try certificate(files) }
    do throws(TLSFileError) {
      let fresh = try certificate(files, response: try read(path))
      guard let end = fresh.response?.end, end <= Int64(time(nil)) else { return fresh }
      faults.append(TLSFileError(path: path, message: "the OCSP response is overdue"))
    } catch {
      if error.path != path { throw error }
      faults.append(error)
    }
    do throws(TLSFileError) {
      return try certificate(files, response: former.response?.bytes)
    } catch {
      if error.path != path { throw error }
      return try certificate(files, response: nil)
    }
  }
}
