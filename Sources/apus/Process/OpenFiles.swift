internal import Glibc
internal import Mesh
internal import Policy
internal import Telemetry

/// The bound on open descriptors. A proxy needs two for each exchange: its client's connection and its endpoint's.
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

  /// What could be open at a time as far as the configuration allows: all connections to endpoints, as many clients'
  /// that they are there for, listeners, and what workers and logs have.
  static func needed(by snapshot: MeshSnapshot, workers: Int) -> UInt {
    let connections = snapshot.endpointLists.reduce(0) { sum, list in
      let limit = list.endpoints.isEmpty ? 0 : list.service.state.connections.maximum
      let (total, isTooMuch) = sum.addingReportingOverflow(limit)
      return isTooMuch ? .max : total
    }
    let (pairs, isTooMuch) = UInt(connections).multipliedReportingOverflow(by: 2)
    let own = UInt(workers) * UInt(4 + snapshot.listeners.count) + 32
    return isTooMuch || pairs > .max - own ? .max : pairs + own
  }

  /// Raises the limit as far as may be, and says so where that is less than the configuration could use.
  static func prepare(for snapshot: MeshSnapshot, workers: Int) {
    let limit = raiseLimit()
    let needed = needed(by: snapshot, workers: workers)
    guard limit < needed else { return }
    Log.warning(
      "fewer open files are allowed than the services' maxConnections could need: raise the hard limit, or lower those",
      ["limit": LogValue(limit), "needed": LogValue(needed)])
  }
}
