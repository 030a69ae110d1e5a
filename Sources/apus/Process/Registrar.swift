internal import Discovery
internal import Mesh
internal import Primitives
internal import Reactor

/// Announces this process where others look for it, once it serves, and takes that back before it drains. The control
/// loop's thread.
final class Registrar {
  private let loop: EventLoop
  private let dispatcher: EventDispatcher
  private let kind: UInt8
  private let sources: DiscoverySources
  private var registration: EtcdRegistration?
  /// With which the registration asks.
  private var client: EtcdClient?
  private var seed: UInt64

  /// - Parameter kind: of its token.
  init(
    _ sources: DiscoverySources, on loop: EventLoop, dispatcher: EventDispatcher, kind: UInt8, seed: UInt64
  ) {
    self.sources = sources
    self.loop = loop
    self.dispatcher = dispatcher
    self.kind = kind
    self.seed = seed
  }

  /// Nil: nothing is announced.
  var state: EtcdRegistrationState? { registration?.state }

  /// Announces what the settings say from now on, and nothing else.
  func announce(_ settings: MeshSettings) {
    let wanted = settings.etcd?.registration
    let client = wanted == nil ? nil : sources.etcdClient()
    if wanted == registration?.settings, client === self.client { return }
    let former = registration
    registration = nil
    self.client = client
    guard let wanted, let client else {
      former?.withdraw {}
      return
    }
    seed &+= 1
    let fresh = EtcdRegistration(wanted, client, after: former, on: loop, kind: kind, seed: seed)
    registration = fresh
    dispatcher.replace(fresh, kinds: kind...kind)
    fresh.start()
  }

  /// Another process announces the same from now on: the key is its to keep, and our lease ends by itself.
  func leave() { registration?.stop() }

  /// Takes it back, and says when nobody is led here any more, or when that has taken a second.
  func withdraw(then: @escaping () -> Void) {
    guard let registration else { return then() }
    registration.withdraw(then: then)
  }
}
