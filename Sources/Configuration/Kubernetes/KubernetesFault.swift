/// Why a cluster cannot be reached with what is there.
struct KubernetesFault: Error, Equatable {
  /// In words.
  let message: String

  init(_ message: String) { self.message = message }
}
