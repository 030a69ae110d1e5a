public import Mesh
public import Reactor

/// Reads certificates, keys and authorities, and makes contexts of them: when the configuration is loaded, and again
/// when a file has changed. Control thread.
public final class TLSFiles {
  /// What several listeners and services trust is held once.
  private var known: [TrustFiles: TLSTrust] = [:]
  /// What was read and can be used, by file.
  private var bundles: [String: [UInt8]] = [:]
  private var lists: [String: [UInt8]] = [:]
  /// As they were before anything was read of them.
  private var trails: [String: FileTrail] = [:]
  private static let largest = 16 << 20

  public init() {}

  /// - Parameter keys: those of the context that is replaced.
  public func context(
    of source: ListenerTLS.Source, keys: TLSTicketKeys = TLSTicketKeys()
  ) throws(TLSFileError) -> TLSServerContext {
    var certificates: [TLSCertificate] = []
    for files in source.certificates { certificates.append(try certificate(files)) }
    return try context(of: source, certificates, keys: keys)
  }

  func context(
    of source: ListenerTLS.Source, _ certificates: [TLSCertificate], keys: TLSTicketKeys
  ) throws(TLSFileError) -> TLSServerContext {
    var settings = TLSServerContext.Settings(certificates: certificates)
    settings.clientCertificates = source.clientCertificates
    if let files = source.trust { settings.trust = try trust(files) }
    settings.leastVersion = source.leastVersion
    settings.ticketKeys = keys
    do throws(TLSContextError) { return try TLSServerContext(settings) } catch {
      throw TLSFileError(path: source.certificates[0].certificate, message: error.description)
    }
  }

  public func context(of source: ServiceTLS.Source) throws(TLSFileError) -> TLSClientContext {
    var settings = TLSClientContext.Settings(trust: nil)
    if let files = source.trust { settings.trust = try trust(files) }
    if let files = source.certificate { settings.certificate = try certificate(files) }
    settings.serverName = source.serverName
    settings.names = source.names
    settings.leastVersion = source.leastVersion
    settings.protocols = source.protocols
    do throws(TLSContextError) { return try TLSClientContext(settings) } catch {
      throw TLSFileError(path: source.certificate?.certificate ?? "", message: error.description)
    }
  }

  func certificate(_ files: CertificateFiles) throws(TLSFileError) -> TLSCertificate {
    try certificate(files, response: files.ocsp.map { path throws(TLSFileError) in try read(path) })
  }

  /// - Parameter response: of OCSP, whatever the file says; nil: none.
  func certificate(
    _ files: CertificateFiles, response: [UInt8]?
  ) throws(TLSFileError) -> TLSCertificate {
    let chain = try read(files.certificate)
    var key = try read(files.key)
    defer { FileContents.wipe(&key) }
    do throws(TLSContextError) {
      return try TLSCertificate(chain: chain, key: key, response: response)
    } catch {
      let path =
        switch error {
        case .noKey, .malformedKey, .keyIsEncrypted, .keyDoesNotMatch: files.key
        case .malformedResponse, .responseForAnother: files.ocsp ?? ""
        default: files.certificate
        }
      throw TLSFileError(path: path, message: error.description)
    }
  }

  func trust(_ files: TrustFiles) throws(TLSFileError) -> TLSTrust {
    if let found = known[files] { return found }
    var bundles: [[UInt8]] = []
    if let paths = files.authorities {
      for path in paths { bundles.append(try authorities(path)) }
    } else {
      guard let bundle = TLSTrust.systemFiles.lazy.compactMap({ try? self.read($0) }).first else {
        throw TLSFileError(path: TLSTrust.systemFiles[0], message: TLSContextError.noSystemTrust.description)
      }
      bundles = [bundle]
    }
    var lists: [[UInt8]] = []
    for path in files.revocations { lists.append(try revocations(path)) }
    do throws(TLSContextError) {
      let trust = try TLSTrust(
        bundles: bundles, revocations: lists, describes: files.authorities != nil)
      known[files] = trust
      return trust
    } catch {
      throw TLSFileError(path: files.authorities?.first ?? "", message: error.description)
    }
  }

  /// A file of authorities.
  func authorities(_ path: String) throws(TLSFileError) -> [UInt8] {
    if let found = bundles[path] { return found }
    let bytes = try read(path)
    do throws(TLSContextError) { _ = try TLSTrust(bundles: [bytes], describes: false) } catch {
      throw TLSFileError(path: path, message: error.description)
    }
    bundles[path] = bytes
    return bytes
  }

  /// A file of CRLs.
  func revocations(_ path: String) throws(TLSFileError) -> [UInt8] {
    if let found = lists[path] { return found }
    let bytes = try read(path)
    do throws(TLSContextError) { _ = try TLSTrust(bundles: [], revocations: [bytes], describes: false) } catch
    {
      throw TLSFileError(path: path, message: error.description)
    }
    lists[path] = bytes
    return bytes
  }

  /// Whether there is such a file that could be read.
  static func probe(_ path: String) throws(TLSFileError) {
    do throws(FileContents.Failure) { try FileContents.probe(path) } catch {
      throw TLSFileError(path: path, message: "cannot be read: \(error.message)")
    }
  }

  /// Of files that were read: whatever has changed since then, the contexts made of them know nothing of.
  func trails(of paths: [String]) -> [FileTrail] { paths.map { trails[$0] ?? FileTrail($0) } }

  func read(_ path: String) throws(TLSFileError) -> [UInt8] {
    if trails[path] == nil { trails[path] = FileTrail(path) }
    do throws(FileContents.Failure) { return try FileContents.read(path, limit: Self.largest) } catch {
      throw TLSFileError(path: path, message: "cannot be read: \(error.message)")
    }
  }
}
