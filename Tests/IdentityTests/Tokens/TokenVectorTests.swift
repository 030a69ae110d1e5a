import JSON
import Primitives
import Testing

@testable import Identity

/// The examples of the standards themselves.
@Suite struct TokenVectorTests {
  private func key(_ text: String) throws -> TokenKeySet {
    let bytes = Array("{\"keys\":[\(text)]}".utf8)
    return try TokenKeySet(bytes.span)
  }

  private func judge(_ token: String, _ key: String, now: Int64) throws -> VerifiedToken {
    let provider = TokenProvider(name: "joe", issuer: "joe", leeway: .zero, keys: try self.key(key))
    let bytes = Array(token.utf8)
    return try TokenPolicy(mode: .required, providers: [provider]).verify(bytes.span, now: now)
  }

  static let claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

  @Test(arguments: [
    // RFC 7515, appendix A.2.
    (
      "eyJhbGciOiJSUzI1NiJ9",
      """
      cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9C\
      UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6\
      _dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp\
      0igcN_IoypGlUPQGe77Rw
      """,
      """
      {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0\
      Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-\
      KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8\
      q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}
      """
    ),
    // RFC 7515, appendix A.3.
    (
      "eyJhbGciOiJFUzI1NiJ9",
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
      """
      {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
      "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
      """
    ),
  ])
  func rfc7515(header: String, signature: String, key: String) throws {
    let token = "\(header).\(Self.claims).\(signature)"
    let good = try judge(token, key, now: 1_300_819_379)
    #expect(good.claim(ClaimPath("http://example.com/is_root")) == .boolean(true))
    #expect(throws: TokenError.expired) { try judge(token, key, now: 1_300_819_380) }
    let changed = token.dropLast() + (token.last == "A" ? "Q" : "A")
    #expect(throws: TokenError.self) { try judge(String(changed), key, now: 1_300_819_379) }
  }

  /// RFC 8037, appendix A.4: what it signs is no JSON.
  @Test func rfc8037() throws {
    let set = try key(#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)
    let signed = Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8)
    let text = Array(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg".utf8)
    let bytes = Base64URL.decode(text.span)
    var signature = try #require(bytes)
    func isGood(_ signature: [UInt8]) -> Bool { set.keys[0].verifies(signature, of: signed.span) }
    #expect(isGood(signature))
    signature[0] ^= 1
    #expect(!isGood(signature))
    #expect(!isGood([]))
  }
}
