internal import Identity
internal import JSON

/// A JSON Web Key Set in a file.
enum KeySetFile {
  struct Failure: Error, Equatable {
    /// Behind the file's name.
    let message: String
  }

  static func read(_ path: String) throws(Failure) -> TokenKeySet {
    let bytes: [UInt8]
    do throws(FileContents.Failure) {
      bytes = try FileContents.read(path, limit: TokenKeySet.maximumSize)
    } catch {
      throw Failure(message: "cannot be read: \(error.message)")
    }
    do throws(TokenKeySet.Failure) {
      return try TokenKeySet(bytes.span)
    } catch {
      throw Failure(message: message(error))
    }
  }

  private static func message(_ failure: TokenKeySet.Failure) -> String {
    switch failure {
    case .json(let fault): return "is no JSON: \(fault.kind.reason), at byte \(fault.offset + 1)"
    case .noSet: return "is no key set: {\"keys\": [...]}"
    case .tooManyKeys: return "has more than \(TokenKeySet.maximumCount) keys"
    case .noUsableKey(let notes):
      return "has no key that can verify tokens"
        + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
  }
}
