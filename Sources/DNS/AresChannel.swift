internal import CCares
internal import Mesh
internal import Primitives

/// A channel of c-ares: servers, their sockets and the questions that are under way. It reads resolv.conf(5) when it is made.
/// What it has to tell stands in `notes` after each call. One thread's.
@safe
final class AresChannel {
  let notes = AresNotes()
  let search: SearchList
  private let channel: ares_channel

  /// - Throws: why not, for people.
  init(_ settings: DNSSettings) throws(AresFailure) {
    let initial = ares_library_init(ARES_LIB_INIT_ALL)
    guard initial == ARES_SUCCESS else { throw AresFailure(initial) }
    var made: ares_channel?
    // SAFETY: `notes` is a constant of this object, and outlives the channel, which `deinit` destroys.
    let status = unsafe ccares_open(
      &made, Int32(clamping: settings.timeout.milliseconds), Int32(clamping: settings.attempts),
      AresNotes.socketChanged, Unmanaged.passUnretained(notes).toOpaque())
    guard status == ARES_SUCCESS, let channel = unsafe made else { throw AresFailure(status) }
    unsafe self.channel = channel
    search = unsafe Self.search(channel)
    guard !settings.servers.isEmpty else { return }
    let list = settings.servers.map { $0.port == 0 ? $0.with(port: 53) : $0 }
    // SAFETY: the text is read within the call.
    let set = unsafe ares_set_servers_ports_csv(channel, list.map(\.description).joined(separator: ","))
    guard set == ARES_SUCCESS else { throw AresFailure(set) }
  }

  /// All questions under way are told that they have come to nothing, to `notes`, which nobody reads any more.
  deinit {
    // SAFETY: made in `init`, and used by nobody else. Callbacks come from here a last time: `notes` is still there.
    unsafe ares_destroy(channel)
    ares_library_cleanup()
  }

  /// Its answer comes to `notes`, maybe at once.
  func ask(_ name: String, _ type: DNSType, question: UInt64) {
    // SAFETY: `AresNotes.answered` gives the reference back, once. The name is read within the call.
    unsafe ares_query(
      channel, name, 1, Int32(type.rawValue), AresNotes.answered,
      Unmanaged.passRetained(AresNotes.Question(question, notes)).toOpaque())
  }

  /// Reads and writes what a socket is ready for. Returns whether that was anything.
  func process(_ descriptor: Int32, reads: Bool, writes: Bool) -> Bool {
    let ready = ccares_ready(descriptor, (reads ? POLLIN : 0) | (writes ? POLLOUT : 0))
    guard ready != 0 else { return false }
    // SAFETY: the channel is alive; a descriptor that it does not know is passed over.
    unsafe ares_process_fd(
      channel, ready & POLLIN != 0 ? descriptor : -1, ready & POLLOUT != 0 ? descriptor : -1)
    return true
  }

  /// Ends or repeats what has waited for too long.
  func processTimeouts() {
    // SAFETY: the channel is alive.
    unsafe ares_process_fd(channel, -1, -1)
  }

  /// When `processTimeouts` has something to do, from now; nil: nothing is under way.
  var wait: Interval? {
    // SAFETY: the channel is alive.
    let milliseconds = unsafe ccares_wait(channel)
    return milliseconds < 0 ? nil : .milliseconds(Int64(milliseconds))
  }

  /// The addresses that the hosts file has for a name.
  func hosts(_ name: String) -> [SocketAddress] {
    final class Found {
      var addresses: [SocketAddress] = []
    }
    let found = Found()
    // SAFETY: with nothing but the hosts file to look into the library calls back within the call, while `found` is held.
    unsafe ccares_hosts(
      channel, name,
      { context, status, _, list in
        guard let context = unsafe context, let list = unsafe list else { return }
        // SAFETY: `context` is the object above; the list is ours to free.
        if status == ARES_SUCCESS {
          let found = unsafe Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
          unsafe found.addresses = HostEntries.addresses(of: list)
        }
        unsafe ares_freeaddrinfo(list)
      }, Unmanaged.passUnretained(found).toOpaque())
    return found.addresses
  }

  @unsafe
  private static func search(_ channel: ares_channel) -> SearchList {
    final class Found {
      var domains: [String] = []
    }
    let found = Found()
    // SAFETY: called back within the call only, while `found` is held, with terminated texts.
    let dots = unsafe ccares_search(
      channel,
      { context, text in
        guard let context = unsafe context, let text = unsafe text else { return }
        let found = unsafe Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
        unsafe found.domains.append(String(cString: text))
      }, Unmanaged.passUnretained(found).toOpaque())
    return dots < 0 ? SearchList() : SearchList(domains: found.domains, dots: Int(dots))
  }
}
