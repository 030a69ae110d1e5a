/// What one list has come to, page by page. Pure. It is bounded, since all of it is held until it has ended.
struct KubernetesListing {
  enum Fault: Error, Equatable {
    case hasNoItems, doesNotGoOn, tooManyPages, tooManyObjects

    /// Behind "the API server's list", in a sentence.
    var words: StaticString {
      switch self {
      case .hasNoItems: "has `items` that are no array of objects"
      case .doesNotGoOn: "does not go on from page to page"
      case .tooManyPages: "has more than 10000 pages"
      case .tooManyObjects: "has more than 1000000 objects of ours"
      }
    }
  }

  /// Of what is wanted.
  private(set) var found: [KubernetesObject] = []
  /// Where the next page begins; empty: at the beginning.
  private(set) var continuation = ""
  private var pages = 0
  /// Bytes of all pages that have come.
  private var size: UInt64 = 0

  static let mostPages = 10_000
  static let mostObjects = 1_000_000
  static let mostBytes: UInt64 = 1 << 30

  /// Bytes that the next page may have.
  var room: UInt64 { size < Self.mostBytes ? Self.mostBytes - size : 1 }

  mutating func received(bytes: Int) { size += UInt64(bytes) }

  mutating func append(_ object: KubernetesObject) throws(Fault) {
    guard found.count < Self.mostObjects else { throw .tooManyObjects }
    found.append(object)
  }

  /// A page has ended.
  /// - Parameter continuation: of the next one; empty: it was the last one.
  mutating func turn(to continuation: String) throws(Fault) {
    pages += 1
    guard continuation.isEmpty || continuation != self.continuation else { throw .doesNotGoOn }
    guard pages < Self.mostPages || continuation.isEmpty else { throw .tooManyPages }
    self.continuation = continuation
  }
}
