internal import Admin
internal import Configuration
internal import DNS
internal import Discovery
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// Loads the configuration's file anew, and goes on with what it says if it is valid. Nil where there is no file, or the
  /// process is about to end.
  func reloadConfiguration(again: Bool = false) -> ReloadState? {
    let mayChange = phase == .serving && takeover?.isUnderWay != true
    hasMissedReload = !mayChange
    guard let reloading, mayChange else { return nil }
    configurationWatch?.note()
    if reloading.run(again: again) {
      certificateRotation = TLSRotation(server.snapshot, after: certificateRotation)
      resolver.adopt(server.snapshot.settings.dns)
      keySetFetches.adopt(server.snapshot)
      for kind in discoverySources.adopt(server.snapshot.settings) { updates.discovery.restart(kind) }
      updates.adopt(server.snapshot)
      registrar.announce(server.snapshot.settings)
      do throws(SystemError) {
        try fileWatch.replace(rotations)
      } catch {
        Log.error("files cannot be watched", ["error": .string("\(error)")])
      }
    }
    return reloading.state
  }
}
