internal import CCares
internal import Primitives

/// What c-ares tells while one of its functions is running: noted, and acted on when that function is over. So nothing of
/// ours runs inside the library, and nothing calls it while it is at work.
final class AresNotes {
  struct Socket {
    let descriptor: Int32
    /// What the library waits for; neither: it is about to be closed.
    let reads: Bool
    let writes: Bool
  }

  struct Answer {
    let question: UInt64
    let status: Int32
    /// The message, where there is one.
    let bytes: [UInt8]
  }

  private(set) var sockets: [Socket] = []
  private(set) var answers: [Answer] = []

  func take() -> (sockets: [Socket], answers: [Answer])? {
    if sockets.isEmpty && answers.isEmpty { return nil }
    defer { (sockets, answers) = ([], []) }
    return (sockets, answers)
  }

  // MARK: Callbacks

  /// The context is an `AresNotes` that the channel holds until it is destroyed.
  static let socketChanged: ares_sock_state_cb = { context, descriptor, reads, writes in
    guard let context = unsafe context else { return }
    // SAFETY: see above; the library calls it only from functions on that channel, `ares_destroy` being the last one.
    let notes = unsafe Unmanaged<AresNotes>.fromOpaque(context).takeUnretainedValue()
    notes.sockets.append(Socket(descriptor: descriptor, reads: reads != 0, writes: writes != 0))
  }

  /// The context is a retained `Question`: the library calls back just once for each question, at the latest from
  /// `ares_destroy`.
  static let answered: ares_callback = { context, status, _, bytes, count in
    guard let context = unsafe context else { return }
    // SAFETY: see above; the reference that `AresChannel.ask` has taken is given back here.
    let question = unsafe Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
    var message: [UInt8] = []
    if let bytes = unsafe bytes, count > 0 {
      // SAFETY: `count` bytes are there for as long as the call takes.
      unsafe message = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
    question.notes.answers.append(Answer(question: question.number, status: status, bytes: message))
  }

  final class Question {
    let number: UInt64
    let notes: AresNotes

    init(_ number: UInt64, _ notes: AresNotes) {
      self.number = number
      self.notes = notes
    }
  }
}
