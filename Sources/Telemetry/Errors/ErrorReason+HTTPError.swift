public import HTTP

extension ErrorReason {
  /// Why a request was refused. The error's own `reason` says more precisely what was wrong.
  public init(request error: HTTPError) {
    if error == .truncatedHead || error == .truncatedBody {
      self = .downstreamLeft
      return
    }
    switch error.status {
    case 414: self = .uriTooLong
    case 417: self = .unsupportedExpectation
    case 431: self = .headersTooLarge
    case 501: self = error == .connectRefused ? .connectRefused : .unsupportedCoding
    case 505: self = .unsupportedVersion
    default: self = .malformedRequest
    }
  }

  /// Why a response was refused: 502 towards the client.
  public init(response error: HTTPError) {
    switch error {
    case .headersTooLarge, .tooManyHeaders, .tooManyConnectionOptions, .statusLineTooLong:
      self = .upstreamHeadersTooLarge
    case .invalidTransferCoding, .unsupportedTransferCoding, .duplicateTransferCoding,
      .transferCodingInHTTP10:
      self = .upstreamCoding
    case .noResponse, .truncatedHead: self = .upstreamClosed
    case .truncatedBody: self = .upstreamTruncated
    default: self = .upstreamProtocolError
    }
  }
}
