extension WorkerMetrics {
  /// An exchange with a client that has shown a certificate has ended. `status` as for `requestFinished`.
  /// - Parameter slot: by `MetricsLayout.peers`.
  public func requestFinished(peer slot: Int, status: Int) {
    let statusClass = status >= 100 && status < 600 ? status / 100 : 0
    clients.add(1, row: slot, statusClass)
  }

  static var peerStride: Int { 6 }
}
