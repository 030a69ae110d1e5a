internal import Glibc

/// The bound on open descriptors. A proxy needs two for each exchange.
enum OpenFiles {
  /// Raises the soft limit to the hard one. Returns what then holds.
  static func raiseLimit() -> UInt {
    var limit = rlimit()
    // SAFETY: both calls get one struct.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 {
        return raised.rlim_cur
      }
    }
    return limit.rlim_cur
  }
}
