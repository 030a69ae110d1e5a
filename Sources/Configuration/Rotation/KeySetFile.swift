internal import Identity
internal import Reactor

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
      throw Failure(message: error.description)
    }
  }
}
