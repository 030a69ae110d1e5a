internal import CLinux
internal import Telemetry

/// Whether this process's memory may be written into a core, with the private keys and the keys of session tickets that
/// stand in it, and be read by other processes of the same user: as `ssh-agent` has it (prctl(2), `PR_SET_DUMPABLE`), and
/// HAProxy without `set-dumpable`. Call it while there is one thread.
enum MemoryDumps {
  static func forbid() {
    if clinux_set_dumpable(0) != 0 { Log.warning("core dumps cannot be forbidden") }
  }

  /// As the system had it.
  static func allow() { _ = clinux_set_dumpable(1) }
}
