internal import Glibc
internal import Reactor

/// The way from a path to its file, over symbolic links: what has to be watched to hear of another file there, and what
/// tells one from another. Kubernetes swaps a link to a directory in the middle of the way.
struct FileTrail: Equatable {
  /// Directories in which something on the way stands: a link, or the file itself.
  private(set) var directories: Set<String> = []
  /// The file that is there; nil: none.
  private let file: FileStamp?
  private static let mostLinks = 40

  init(_ path: String) {
    var links = 0
    var done = path.hasPrefix("/") ? "" : "."
    var rest = path.split(separator: "/").map(String.init)[...]
    while let next = rest.popFirst() {
      let place = "\(done)/\(next)"
      if let target = Self.link(place), links < Self.mostLinks {
        links += 1
        directories.insert(done.isEmpty ? "/" : done)
        if target.hasPrefix("/") { done = "" }
        rest = (target.split(separator: "/").map(String.init) + rest)[...]
        continue
      }
      if rest.isEmpty { directories.insert(done.isEmpty ? "/" : done) }
      done = place
    }
    file = FileStamp(path)
  }

  private static func link(_ path: String) -> String? {
    var target = [UInt8](repeating: 0, count: 4096)
    // SAFETY: readlink(2) writes at most what the array holds.
    let count = unsafe target.withUnsafeMutableBytes {
      unsafe readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count < 0 ? nil : String(decoding: target[..<count], as: UTF8.self)
  }
}
