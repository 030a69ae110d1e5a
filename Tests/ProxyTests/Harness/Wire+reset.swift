import Glibc

extension Wire {
  /// Ends the connection with a reset (RST), now: that is what connecting to no address does (connect(2)).
  func reset() {
    resetOnClose()
    var none = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    unsafe _ = Glibc.connect(descriptor, &none, socklen_t(MemoryLayout<sockaddr>.size))
  }
}
