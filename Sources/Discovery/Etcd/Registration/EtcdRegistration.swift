package import Mesh
internal import Policy
package import Primitives
package import Reactor
internal import Protobuf
internal import Telemetry

/// Announces this process in etcd, so that others find it: a key with a lease, which is kept alive every third of its
/// time, and is gone soon after a process that has crashed. Each time it is looked whether the key is there still.
///
/// Nobody's key is overwritten. One that has our own address is taken over: a process that was started again, or that
/// takes over from another, is the same endpoint. Another's is waited for: with its process its lease ends, and one that
/// has no lease somebody has to delete.
///
/// Where it is to be announced otherwise, what was announced before is taken back only afterwards: a key of the same name
/// is written over. The control loop's thread; it takes one kind of tokens.
package final class EtcdRegistration {
  /// What is to be done next, or is under way.
  enum Step {
    case grant
    case claim(expected: Int64)
    case keepAlive
  }

  package internal(set) var state = EtcdRegistrationState()
  package let settings: EtcdRegistrationSettings

  let etcd: EtcdClient
  /// What was announced before, and with which client.
  var former: [EtcdHold]
  let loop: EventLoop
  private let token: Token
  private let value: [UInt8]
  var step = Step.grant
  var lease: EtcdLease?
  private var isAsking = false
  /// What belongs to an earlier one comes too late.
  private var round = 0
  private var next = MonotonicTime.distantFuture
  var pace: EtcdPace
  /// In a row, of which each was about a key that was other than the answer before had it.
  var vainClaims = 0
  var random: Random
  private var timer = TimerWheel.ID.none
  private var withdrawn: (() -> Void)?
  /// Leases of which it is not known whether they have ended.
  private var ending = 0

  /// Others may write the key while we do, but not each time.
  static let mostVainClaims = 3
  /// However long the lease holds, the key is looked after within a third of this, unless more was asked for.
  static let longestLease = Interval.seconds(3_600)

  /// How long a withdrawal may take.
  package static let withdrawalTime = Interval.seconds(1)

  /// - Parameters:
  ///   - former: takes the place of this one, which must not be used any more.
  ///   - kind: of its token on the loop.
  package init(
    _ settings: EtcdRegistrationSettings, _ etcd: EtcdClient, after former: EtcdRegistration? = nil,
    on loop: EventLoop, kind: UInt8, seed: UInt64
  ) {
    self.former = former?.handOver() ?? []
    self.settings = settings
    self.etcd = etcd
    self.loop = loop
    token = Token(kind: kind, slot: 0, generation: 1)
    value = EtcdRegistrationValue.bytes(settings)
    random = Random(seed: seed)
    let third = Interval(nanoseconds: settings.lifetime.nanoseconds / 3)
    pace = EtcdPace(Backoff(base: .milliseconds(100), maximum: third))
  }

  /// Announces from now on. The proxy must be serving by then.
  package func start() {
    guard state.phase == .notBegun else { return }
    state.phase = .registering
    go(.grant)
  }

  /// Takes the key back at once, and says so: when it is gone, or when that has taken `withdrawalTime`; its lease ends
  /// then by itself. Nothing is announced afterwards.
  package func withdraw(then: @escaping () -> Void) {
    let wasThere = state.phase == .registered
    let holds = handOver()
    if holds.isEmpty { return then() }
    withdrawn = then
    ending = holds.count
    timer = loop.schedule(at: loop.now + Self.withdrawalTime, token.raw)
    for hold in holds {
      hold.end { [weak self] failure in
        guard let self else { return }
        if let failure {
          Log.warning(
            "the registration in etcd could not be withdrawn: it ends with its lease", fields(failure.reason))
        } else if wasThere {
          Log.info("registration in etcd withdrawn", fields())
        }
        ending -= 1
        if ending == 0 { endWithdrawal() }
      }
    }
  }

  /// Ends, and leaves to whoever asks what there is to be taken back.
  private func handOver() -> [EtcdHold] {
    let holds = former + (lease.map { [EtcdHold(etcd, $0)] } ?? [])
    former = []
    stop()
    return holds
  }

  /// Ends without a word: the key goes when its lease ends.
  package func stop() {
    state.phase = .withdrawn
    round += 1
    lease = nil
    loop.cancel(timer)
  }

  private func endWithdrawal() {
    loop.cancel(timer)
    ending = 0
    let then = withdrawn
    withdrawn = nil
    then?()
  }

  // MARK: Steps

  func go(_ step: Step, after delay: Interval = .zero) {
    self.step = step
    next = loop.now + delay
    loop.cancel(timer)
    if delay == .zero { loop.continueLater(token) } else { timer = loop.schedule(at: next, token.raw) }
  }

  private func wake() {
    guard state.phase != .withdrawn else { return }
    guard state.phase != .notBegun, !isAsking, next <= loop.now else { return }
    switch step {
    case .grant:
      lease = nil
      let seconds = max(1, settings.lifetime.milliseconds / 1_000)
      ask(EtcdLease.grantMethod, EtcdLease.grant(seconds: seconds))
    case .claim(let expected):
      guard let lease else { return go(.grant) }
      let claim = EtcdClaim(key: settings.key, value: value, lease: lease.id, expected: expected)
      ask(EtcdClaim.method, claim.bytes)
    case .keepAlive:
      guard let lease else { return go(.grant) }
      ask(EtcdLease.keepAliveMethod, EtcdLease.keepAlive(lease.id))
    }
  }

  private func ask(_ method: String, _ message: [UInt8]) {
    isAsking = true
    let round = round
    let deadline = min(.seconds(5), settings.lifetime)
    etcd.call(method, message, deadline: deadline) { [weak self] answer in
      guard let self else { return }
      isAsking = false
      guard round == self.round else { return }
      switch answer {
      case .failure(let failure): failed(failure)
      case .success(let bytes):
        do throws(ProtobufFault) { try take(bytes) } catch { failed(.garbage(error.reason)) }
      }
    }
  }

  func fields(_ reason: String? = nil) -> KeyValuePairs<StaticString, LogValue> {
    [
      "key": .string(settings.key), "address": LogValue(settings.address),
      "reason": reason.map { .string($0) } ?? .absent,
    ]
  }
}

extension EtcdRegistration: EventHandler {
  package func ready(_ token: Token, _ readiness: Readiness) { wake() }
  package func timerFired(_ payload: UInt64) {
    if withdrawn != nil { endWithdrawal() } else { wake() }
  }
  package func woken() {}
  package func turnEnded() {}
}
