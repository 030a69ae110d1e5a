extension HTTPError {
  /// The status with which a server refuses such a request. Where it was a response, the proxy answers 502.
  public var status: Int {
    switch self {
    case .targetTooLong: 414
    case .headersTooLarge, .tooManyHeaders, .tooManyConnectionOptions, .trailersTooLarge, .tooManyTrailers:
      431
    case .unsupportedVersion, .http09, .http2Preface: 505
    case .connectRefused, .unsupportedTransferCoding: 501
    case .unsupportedExpectation: 417
    case .invalidStatusLine, .invalidStatus, .statusLineTooLong, .http2Answer, .tooManyInformational,
      .unexpectedUpgrade,
      .unexpectedResponse, .noResponse:
      502
    default: 400
    }
  }

  /// A few words for a log line or a short body.
  public var reason: StaticString {
    switch self {
    case .invalidMethod: "invalid method"
    case .invalidTarget: "invalid request target"
    case .targetTooLong: "request line too long"
    case .invalidVersion: "invalid protocol version"
    case .unsupportedVersion: "unsupported HTTP version"
    case .http09: "HTTP/0.9 is not supported"
    case .http2Preface: "HTTP/2 preface where HTTP/1 is spoken"
    case .connectRefused: "CONNECT is not supported"
    case .asteriskWithoutOptions: "target * without OPTIONS"
    case .unsupportedScheme: "unsupported scheme in the request target"
    case .leadingEmptyLines: "empty lines before the request"
    case .invalidStatusLine: "invalid status line"
    case .invalidStatus: "invalid status code"
    case .statusLineTooLong: "status line too long"
    case .http2Answer: "answer in HTTP/2: the service should say protocol: h2"
    case .bareLineEnd: "line end that is not CRLF"
    case .obsoleteFold: "folded header field"
    case .leadingWhitespace: "white space before the first header field"
    case .whitespaceBeforeColon: "white space before a colon"
    case .emptyName: "empty header name"
    case .invalidName: "invalid header name"
    case .invalidValue: "invalid header value"
    case .underscoreInName: "underscore in a header name"
    case .headersTooLarge: "headers too large"
    case .tooManyHeaders: "too many headers"
    case .tooManyConnectionOptions: "too many options in Connection"
    case .missingHost: "missing Host"
    case .duplicateHost: "more than one Host"
    case .invalidHost: "invalid Host"
    case .unsupportedExpectation: "unsupported expectation"
    case .lengthWithTransferCoding: "both Content-Length and Transfer-Encoding"
    case .invalidContentLength: "invalid Content-Length"
    case .duplicateContentLength: "more than one Content-Length"
    case .invalidTransferCoding: "invalid Transfer-Encoding"
    case .unsupportedTransferCoding: "unsupported transfer coding"
    case .duplicateTransferCoding: "more than one Transfer-Encoding"
    case .transferCodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
    case .invalidChunkSize: "invalid chunk size"
    case .chunkSizeOverflow: "chunk size too large"
    case .invalidChunkExtension: "invalid chunk extension"
    case .chunkLineTooLong: "chunk line too long"
    case .chunkExtensionsTooLong: "chunk extensions too long"
    case .invalidChunkEnd: "chunk does not end where its size says"
    case .trailersTooLarge: "trailers too large"
    case .tooManyTrailers: "too many trailers"
    case .tooManyInformational: "too many informational responses"
    case .unexpectedUpgrade: "switch of protocols that was not asked for"
    case .unexpectedResponse: "bytes that answer no request"
    case .invalidPseudoField: "invalid pseudo-header field"
    case .duplicatePseudoField: "more than one pseudo-header field of a name"
    case .missingPseudoField: "missing pseudo-header field"
    case .uppercaseName: "header name not in lower case"
    case .connectionField: "connection-specific header field"
    case .conflictingAuthority: "Host and :authority differ"
    case .unfinishedTrailers: "trailers do not end the stream"
    case .lengthMismatch: "body is not as long as Content-Length says"
    case .unexpectedBody: "body where there can be none"
    case .noResponse: "connection closed before a response"
    case .truncatedHead: "connection closed within a head"
    case .truncatedBody: "connection closed within a body"
    case .invalidEscape: "invalid percent-encoding in the path"
    case .nullInPath: "NUL in the path"
    case .pathAboveRoot: "path climbs above its root"
    }
  }
}
