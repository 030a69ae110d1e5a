internal import CLinux
internal import Glibc

/// A named operating-system thread that runs one function. Started at once; joined by whoever needs its end.
public final class Thread: Sendable {
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private let handle: pthread_t

  /// - Parameter name: as ps(1) and perf(1) show it; the kernel keeps 15 bytes.
  /// - Throws: `SystemError` where the process may start no further thread.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    // SAFETY: the reference is retained here and released once, by the new thread.
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var created = pthread_t()
    let code = unsafe pthread_create(
      &created, nil,
      { context in
        let start = unsafe Unmanaged<Start>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue()
        unsafe clinux_name_thread(String(start.name.prefix(15)))
        start.body()
        return nil
      }, start.toOpaque())
    handle = created
    if code != 0 {
      unsafe start.release()
      throw SystemError("pthread_create", code: code)
    }
  }

  /// Waits until the function has returned. Once at most.
  public func join() { _ = pthread_join(handle, nil) }
}
