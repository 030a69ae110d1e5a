/// A lease on which something was announced.
struct EtcdHold {
  let lease: EtcdLease
  private let etcd: EtcdClient

  init(_ etcd: EtcdClient, _ lease: EtcdLease) {
    self.etcd = etcd
    self.lease = lease
  }

  /// Ends it, and with it every key that still has it: one that was written again with another lease stays.
  /// - Parameter ended: called with nil where it has ended, within `EtcdRegistration.withdrawalTime`.
  func end(_ ended: @escaping (EtcdFailure?) -> Void) {
    etcd.call(
      EtcdLease.revokeMethod, EtcdLease.revoke(lease.id), deadline: EtcdRegistration.withdrawalTime
    ) { answer in
      if case .failure(let failure) = answer, failure.kind != .noLease { return ended(failure) }
      ended(nil)
    }
  }
}
