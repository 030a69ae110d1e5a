#ifndef APUS_COPENSSL_CERTIFICATES_H
#define APUS_COPENSSL_CERTIFICATES_H
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* What OpenSSL offers as macros that Swift does not see. */

static inline int copenssl_print_name(BIO *out, const X509_NAME *name) {
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

#endif
