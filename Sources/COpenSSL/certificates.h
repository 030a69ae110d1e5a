#ifndef APUS_COPENSSL_CERTIFICATES_H
#define APUS_COPENSSL_CERTIFICATES_H
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Without the system's openssl.cnf, which could change what is configured here, and without work at exit, when other
   threads may still be at it. */
static inline int copenssl_prepare(void) {
  return OPENSSL_init_crypto(
      OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
}

/* What OpenSSL offers as macros that Swift does not see. */

static inline int copenssl_write_name(BIO *out, const X509_NAME *name) {
  return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253);
}

static inline int copenssl_is_authority(X509 *certificate) {
  uint32_t flags = X509_get_extension_flags(certificate);
  uint32_t signs = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
  return (flags & EXFLAG_CA) != 0 ||
         ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(certificate) & signs) != 0);
}

static inline int copenssl_is_end_of_pem(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/* A new P-256 key; NULL where there was no memory or randomness. */
static inline EVP_PKEY *copenssl_new_p256_key(void) { return EVP_EC_gen("P-256"); }

/* A public key from parameters, which are freed; NULL where they make none. */
static inline EVP_PKEY *copenssl_public_key(const char *type, OSSL_PARAM *parameters) {
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  if (context != NULL && parameters != NULL && EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  return key;
}

/* Numbers in big-endian order. */
static inline EVP_PKEY *copenssl_rsa_key(const uint8_t *n, size_t n_size, const uint8_t *e, size_t e_size) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  BIGNUM *modulus = BN_bin2bn(n, (int)n_size, NULL), *exponent = BN_bin2bn(e, (int)e_size, NULL);
  OSSL_PARAM *parameters = NULL;
  if (builder != NULL && modulus != NULL && exponent != NULL &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
    parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY *key = copenssl_public_key("RSA", parameters);
  OSSL_PARAM_BLD_free(builder);
  BN_free(modulus);
  BN_free(exponent);
  return key;
}

/* An uncompressed point (SEC 1, section 2.3.3); NULL where it is not on the curve. */
static inline EVP_PKEY *copenssl_p256_key(const uint8_t *point, size_t size) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM *parameters = NULL;
  if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, size) == 1)
    parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY *key = copenssl_public_key("EC", parameters);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

#endif
