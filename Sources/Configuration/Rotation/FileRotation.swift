/// Things that were made of files, and that are made anew when those change. What cannot be made changes nothing: the
/// former one goes on. Control thread.
public protocol FileRotation: AnyObject {
  /// What is made of the files, for the log: `TLS files`.
  var subject: String { get }
  /// Where something has to happen for `check` to find anything.
  var directories: Set<String> { get }
  /// Looks at the files that have changed and at those that could not be used last time, and tells what it has come to
  /// where that is new.
  func check() -> [RotationOutcome]
}

/// What a look at files has led to.
public struct RotationOutcome: Sendable, Equatable {
  /// Whose files: `listener public`, `provider idp`.
  public let owner: String
  /// The file at fault; empty: none.
  public let file: String
  /// Nil: the new files are in use.
  public let fault: String?
  /// The file at fault is left out, and the others are in use.
  public let restIsUsed: Bool

  /// What is unwise about the file, which is in use.
  public let remark: String?

  public init(
    owner: String, file: String = "", fault: String? = nil, restIsUsed: Bool = false, remark: String? = nil
  ) {
    self.remark = remark
    self.owner = owner
    self.file = file
    self.fault = fault
    self.restIsUsed = restIsUsed
  }
}
