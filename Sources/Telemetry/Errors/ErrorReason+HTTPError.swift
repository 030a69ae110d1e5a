public import HTTP

extension ErrorReason {
  /// Why a request was refused. The error's own `reason` says more precisely what was wrong.
  public init(request error: HTTPError) {
    switch error {
    case .targetTooLong: self = .uriTooLong
    case .headersTooLarge, .tooManyHeaders, .trailersTooLarge, .tooManyTrailers: self = .headersTooLarge
    case .unsupportedVersion, .http09, .http2Preface: self = .unsupportedVersion
    case .connectRefused: self = .connectRefused
    case .unsupportedTransferCoding: self = .unsupportedCoding
    case .unsupportedExpectation: self = .unsupportedExpectation
    case .truncatedHead, .truncatedBody: self = .downstreamLeft
    default: self = .malformedRequest
    }
  }

  /// Why a response was refused: 502 towards the client.
  public init(response error: HTTPError) {
    switch error {
    case .headersTooLarge, .tooManyHeaders, .statusLineTooLong: self = .upstreamHeadersTooLarge
    case .invalidTransferCoding, .unsupportedTransferCoding, .duplicateTransferCoding, .transferCodingInHTTP10:
      self = .upstreamCoding
    case .noResponse, .truncatedHead: self = .upstreamClosed
    case .truncatedBody: self = .upstreamTruncated
    default: self = .upstreamProtocolError
    }
  }
}
