/// Why the process cannot begin its work, as one line for people.
struct StartError: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
