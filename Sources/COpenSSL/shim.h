/* OpenSSL 3, and functions for what its headers only have as macros, which Swift does not see. */
#ifndef APUS_COPENSSL_SHIM_H
#define APUS_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Without the system's openssl.cnf, which could weaken what is configured here, and without work at exit, when other
   threads may still be at it. */
static inline int copenssl_start(void) {
  return OPENSSL_init_ssl(
      OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_SSL_STRINGS |
          OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
      NULL);
}

/* What holds for both sides: no compression, no renegotiation, buffers only while there is something in them. */
static inline void copenssl_set_basics(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}
/* The server's order of ciphers counts, but that clients without AES in hardware get ChaCha20. */
static inline void copenssl_prefer_own_ciphers(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

static inline int copenssl_set_least_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int copenssl_set_greatest_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline int copenssl_set_groups(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void copenssl_set_session_cache(SSL_CTX *context, long mode) {
  SSL_CTX_set_session_cache_mode(context, mode);
}
static inline int copenssl_set_chain(SSL_CTX *context, STACK_OF(X509) *chain) {
  return (int)SSL_CTX_set1_chain(context, chain);
}
static inline void copenssl_on_server_name(
    SSL_CTX *context, int (*call)(SSL *, int *, void *), void *argument) {
  SSL_CTX_set_tlsext_servername_callback(context, call);
  SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline void copenssl_on_status_request(SSL_CTX *context, int (*call)(SSL *, void *), void *argument) {
  SSL_CTX_set_tlsext_status_cb(context, call);
  SSL_CTX_set_tlsext_status_arg(context, argument);
}
/* Copies: the library frees what it is given. */
static inline int copenssl_staple(SSL *session, const uint8_t *response, size_t count) {
  void *copy = OPENSSL_memdup(response, count);
  if (copy == NULL) return 0;
  return (int)SSL_set_tlsext_status_ocsp_resp(session, copy, (long)count);
}
static inline int copenssl_set_server_name(SSL *session, const char *name) {
  return (int)SSL_set_tlsext_host_name(session, name);
}
static inline void copenssl_share_bio(SSL *session, BIO *bio) {
  /* One reference for each direction (SSL_set0_rbio(3)). */
  BIO_up_ref(bio);
  BIO_up_ref(bio);
  SSL_set0_rbio(session, bio);
  SSL_set0_wbio(session, bio);
}
static inline void copenssl_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void copenssl_retry_none(BIO *bio) { BIO_clear_retry_flags(bio); }

/* The key of a session ticket's HMAC-SHA256. */
static inline int copenssl_begin_ticket_mac(EVP_MAC_CTX *mac, const uint8_t *key, size_t count) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, parameters);
}

/* Lists. */
static inline STACK_OF(X509) *copenssl_certificates_new(void) { return sk_X509_new_null(); }
static inline int copenssl_certificates_push(STACK_OF(X509) *list, X509 *one) { return sk_X509_push(list, one); }
static inline X509 *copenssl_certificates_pop(STACK_OF(X509) *list) { return sk_X509_pop(list); }
/* The one that was there. */
static inline X509 *copenssl_certificates_replace_first(STACK_OF(X509) *list, X509 *one) {
  X509 *former = sk_X509_value(list, 0);
  sk_X509_set(list, 0, one);
  return former;
}
static inline int copenssl_certificates_count(const STACK_OF(X509) *list) { return sk_X509_num(list); }
static inline X509 *copenssl_certificate_at(const STACK_OF(X509) *list, int index) {
  return sk_X509_value(list, index);
}
static inline void copenssl_certificates_free(STACK_OF(X509) *list) { sk_X509_pop_free(list, X509_free); }

#endif
