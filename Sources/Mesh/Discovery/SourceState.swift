public import Primitives

/// How a source is, for logs, metrics and the admin server.
public struct SourceState: Sendable {
  public let kind: SourceKind
  /// What is asked there now.
  public var references = 0
  /// Of those that have been answered at least once since they were asked for.
  public var answered = 0
  /// Nil: all that is known is as fresh as can be. Else why not, for people.
  public var fault: String?
  /// `fault` is that the source answers, and refuses what it is asked for.
  public var isRefused = false
  /// Since when `fault` is what it is, but for its words.
  public var since: MonotonicTime
  /// When it last was sure that what it has told still holds; nil: never yet.
  public var confirmed: MonotonicTime?
  /// As of when the oldest of what goes on from before holds, that it has not confirmed yet; nil: there is none.
  public var savedAt: MonotonicTime?
  /// As of when everything holds; nil: nothing is known.
  public var asOf: MonotonicTime? { [confirmed, savedAt].compactMap { $0 }.min() }
  /// Whether anything is known: by its word, or from before.
  public var knowsAny: Bool { answered > 0 || savedAt != nil }
  /// Changes told.
  public var changes: UInt64 = 0
  /// Questions or connections that failed.
  public var failures: UInt64 = 0

  public init(_ kind: SourceKind, since: MonotonicTime) {
    self.kind = kind
    self.since = since
  }

  /// Notes that something failed. Returns whether that is news: all was well before.
  public mutating func failed(_ reason: String, now: MonotonicTime) -> Bool {
    let isNews = fault == nil
    if isNews { since = now }
    fault = reason
    failures += 1
    return isNews
  }

  /// Notes that all is well. Returns whether that is news.
  public mutating func recovered(now: MonotonicTime) -> Bool {
    confirmed = now
    guard fault != nil else { return false }
    fault = nil
    isRefused = false
    since = now
    return true
  }
}
