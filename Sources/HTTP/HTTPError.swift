/// Why a message was refused: one case a rule. An HTTP/1 connection must be closed, since the place of the next
/// message is not known; in HTTP/2 it ends one stream only.
public enum HTTPError: UInt8, Error, Equatable, Sendable, CaseIterable {
  // The start line
  case invalidMethod, invalidTarget, targetTooLong, invalidVersion, unsupportedVersion, http09, http2Preface
  case connectRefused, asteriskWithoutOptions, unsupportedScheme, leadingEmptyLines
  case invalidStatusLine, invalidStatus, statusLineTooLong
  /// An answer that begins as an HTTP/2 server does.
  case http2Answer
  // Lines and fields
  case bareLineEnd, obsoleteFold, leadingWhitespace, whitespaceBeforeColon, emptyName, invalidName,
    invalidValue
  case underscoreInName, headersTooLarge, tooManyHeaders, tooManyConnectionOptions
  // Host and expectations
  case missingHost, duplicateHost, invalidHost, unsupportedExpectation
  // Framing
  case lengthWithTransferCoding, invalidContentLength, duplicateContentLength
  case invalidTransferCoding, unsupportedTransferCoding, duplicateTransferCoding, transferCodingInHTTP10
  case invalidChunkSize, chunkSizeOverflow, invalidChunkExtension, chunkLineTooLong, chunkExtensionsTooLong
  case invalidChunkEnd, trailersTooLarge, tooManyTrailers
  // Responses
  case tooManyInformational, unexpectedUpgrade, unexpectedResponse
  // HTTP/2 (RFC 9113, section 8)
  case invalidPseudoField, duplicatePseudoField, missingPseudoField, uppercaseName, connectionField
  case conflictingAuthority, unfinishedTrailers, lengthMismatch, unexpectedBody
  // The end of the input
  case noResponse, truncatedHead, truncatedBody
  // Paths
  case invalidEscape, nullInPath, pathAboveRoot
}
