internal import Client
internal import HTTP
internal import JSON
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

extension KubernetesWatch: ResponseReceiver {
  func headReceived(of call: ClientCall) {
    if call === self.call, phase == .watching, call.response.status == 200 { recover() }
  }

  func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall) {
    guard call === self.call else { return }
    guard call.response.status == 200 else {
      if refusal.count + bytes.count <= Self.longestRefusal { refusal.append(bytes) }
      return
    }
    if phase == .listing { listing.received(bytes: bytes.count) }
    do throws(JSONFault) {
      for node in try stream.receive(bytes) {
        if phase == .watching {
          eventReceived(node)
          // It was the last one, or somebody has aimed elsewhere.
          guard self.call === call, phase == .watching else { break }
        } else if let object = KubernetesObject(node, query.resource) {
          guard query.services.contains(object.service) else { continue }
          do throws(KubernetesListing.Fault) { try listing.append(object) } catch {
            call.cancel()
            return notAList(error)
          }
        }
      }
    } catch {
      call.cancel()
      return nonsense(error)
    }
    if hasTold { owner?.settled(self) }
  }

  func ended(_ call: ClientCall) {
    guard call === self.call else { return }
    self.call = nil
    guard call.response.status == 200 else {
      let words = refusal.withBytes { KubernetesRefusal(status: call.response.status, body: $0) }
      return refused(words, wish: RetryAfter.read(call.response))
    }
    if phase == .listing { return pageEnded() }
    goOn(at: pace.ended(now: loop.now, began: began, hasTold: hasTold))
  }

  func failed(_ call: ClientCall, _ failure: ClientFailure) {
    guard call === self.call else { return }
    self.call = nil
    if phase == .watching, call.response.status == 200, fault == nil {
      return goOn(at: pace.ended(now: loop.now, began: began, hasTold: hasTold))
    }
    if isLooking { goBackToEndpoints() }
    fail("\(access.settings.server): \(failure)")
  }
}

extension KubernetesWatch {
  private func pageEnded() {
    let rest: JSONNode
    do throws(JSONFault) { rest = try stream.rest() } catch { return nonsense(error) }
    do throws(KubernetesListing.Fault) {
      // Those that are objects have been taken out of it. Older servers write an empty list as null.
      guard let items = rest["items"], items == .null || items.array?.isEmpty == true else {
        throw .hasNoItems
      }
      try listing.turn(to: rest["metadata"]?["continue"]?.string ?? "")
    } catch { return notAList(error) }
    guard listing.continuation.isEmpty else { return begin() }
    guard let version = rest["metadata"]?["resourceVersion"]?.string, !version.isEmpty else {
      return isLooking ? lookedInVain() : fail("the API server's list has no resourceVersion")
    }
    let objects = listing.found
    if isLooking {
      guard owner?.suffices(objects, for: self) == true else { return lookedInVain() }
      leaveEndpoints()
    }
    self.version = version
    covered = Set(query.services)
    listing = KubernetesListing()
    owner?.listed(objects, by: self)
    owner?.settled(self)
    if phase == .listing { begin() }
  }

  /// Of events (`WatchEvent`, meta/v1), but for ERROR.
  private static let kinds: Set = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]

  private func eventReceived(_ event: JSONNode) {
    let object = event["object"]
    let kind = event["type"]?.string
    if kind == "ERROR" {
      call?.cancel()
      if hasTold { owner?.settled(self) }
      return refused(KubernetesRefusal(event: object))
    }
    // Else it is not known what was missed.
    guard let object, object.isObject, let kind, Self.kinds.contains(kind) else {
      call?.cancel()
      if hasTold { owner?.settled(self) }
      forget()
      return fail("the API server sends an event that is none")
    }
    if let version = object["metadata"]?["resourceVersion"]?.string, !version.isEmpty {
      self.version = version
    }
    hasTold = true
    pace.succeeded()
    guard kind != "BOOKMARK", let content = KubernetesObject(object, query.resource) else { return }
    if kind == "DELETED" {
      owner?.deleted(content, by: self)
    } else {
      owner?.changed(content, by: self)
    }
  }

  private func refused(_ refusal: KubernetesRefusal, wish: Interval? = nil) {
    let isWatch = phase == .watching
    if refusal.isExpired {
      forget()
      return goOn(at: pace.expired(now: loop.now))
    }
    if refusal.status == 401, access.refused(generation, now: loop.now) {
      // Once at once: the next one may be refused, too.
      return goOn(at: pace.expired(now: loop.now))
    }
    if isLooking { return lookedInVain() }
    let isRefusal = [401, 403, 404].contains(refusal.status)
    let text = refusal.text(isWatch ? "watch" : "list", query, hasToken: access.hasToken)
    if refusal.status == 403 || refusal.status == 404 {
      isForbidden = true
      let wasServed = !version.isEmpty
      forget()
      // A server that has just started does not know yet who may do what: what was served before is asked for once more.
      if query.resource == .endpointSlices, !wasServed {
        fallBack(since: text)
        return begin()
      }
      if let former = fallback?.reason {
        wantSlices()
        return fail("\(former); nor will Endpoints do: \(text)", wish: wish, isRefusal: true)
      }
    } else if refusal.isEvent {
      // Whether anything was missed is not known.
      forget()
    }
    fail(text, wish: wish, isRefusal: isRefusal)
  }

  private func notAList(_ fault: KubernetesListing.Fault) {
    if isLooking { return lookedInVain() }
    fail("the API server's list \(fault.words)")
  }

  private func nonsense(_ fault: JSONFault) {
    if isLooking { return lookedInVain() }
    forget()
    fail("the API server's answer is no JSON of ours: \(fault.kind.reason)")
  }
}
