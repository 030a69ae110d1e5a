/// A document as it was at one time.
package struct DocumentVersion: Equatable, Sendable {
  /// Nil: there is none.
  package var bytes: [UInt8]?
  /// The source's own name for that version, for people.
  package var revision: String

  package init(bytes: [UInt8]?, revision: String) {
    self.bytes = bytes
    self.revision = revision
  }
}
