/* Of libcrypto's default provider only what is used here. OpenSSL 3.0 asks every algorithm that it has whether it can read
   a public key, anew for each certificate that comes, and for each session ticket with one in it: that was two fifths of
   a handshake with a client's certificate, and is a fifth where there is little to ask (`benchmarks/tls/library.c`). */
#ifndef APUS_COPENSSL_PROVIDER_H
#define APUS_COPENSSL_PROVIDER_H

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <stdbool.h>
#include <string.h>

/* An algorithm by its first name; NULL: all of the operation's. Of decoders, what `property` says, too. */
struct copenssl_choice {
  int operation;
  const char *name, *property;
};

enum { COPENSSL_OPERATIONS = OSSL_OP__HIGHEST + 1 };

/* The default provider in a library context of its own, and what is passed on of it. */
struct copenssl_whole {
  OSSL_PROVIDER *provider;
  OSSL_ALGORITHM *lists[COPENSSL_OPERATIONS];
};
/* Written once. Swift sees no variables of a header's own, but those in its functions. */
static inline struct copenssl_whole *copenssl_whole(void) {
  static struct copenssl_whole whole;
  return &whole;
}

/* Which kinds of keys a certificate may have: all that TLS knows (RFC 8446, section 4.2.3). */
#define COPENSSL_KEY(name) \
  {OSSL_OP_KEYMGMT, name, NULL}, {OSSL_OP_DECODER, name, "structure=SubjectPublicKeyInfo"}, \
      {OSSL_OP_DECODER, name, "structure=PrivateKeyInfo"}, {OSSL_OP_DECODER, name, "structure=type-specific"}

static inline bool copenssl_is_chosen(int operation, const OSSL_ALGORITHM *algorithm) {
  static const struct copenssl_choice choices[] = {
      COPENSSL_KEY("EC"), COPENSSL_KEY("RSA"), COPENSSL_KEY("RSA-PSS"), COPENSSL_KEY("ED25519"), COPENSSL_KEY("ED448"),
      {OSSL_OP_DECODER, "DER", "input=pem"}, {OSSL_OP_DECODER, "DER", "structure=EncryptedPrivateKeyInfo"},
      {OSSL_OP_ENCODER, NULL, NULL},
      {OSSL_OP_KEYMGMT, "X25519", NULL}, {OSSL_OP_KEYEXCH, "X25519", NULL}, {OSSL_OP_KEYEXCH, "ECDH", NULL},
      {OSSL_OP_SIGNATURE, "ECDSA", NULL}, {OSSL_OP_SIGNATURE, "RSA", NULL},
      {OSSL_OP_SIGNATURE, "ED25519", NULL}, {OSSL_OP_SIGNATURE, "ED448", NULL},
      {OSSL_OP_CIPHER, "AES-128-GCM", NULL}, {OSSL_OP_CIPHER, "AES-256-GCM", NULL},
      {OSSL_OP_CIPHER, "ChaCha20-Poly1305", NULL},
      {OSSL_OP_CIPHER, "AES-256-CBC", NULL}, /* tickets */
      {OSSL_OP_DIGEST, "SHA1", NULL}, /* names and identifiers of certificates */
      {OSSL_OP_DIGEST, "SHA2-224", NULL}, {OSSL_OP_DIGEST, "SHA2-256", NULL},
      {OSSL_OP_DIGEST, "SHA2-384", NULL}, {OSSL_OP_DIGEST, "SHA2-512", NULL},
      {OSSL_OP_MAC, "HMAC", NULL}, {OSSL_OP_KEYMGMT, "HMAC", NULL}, {OSSL_OP_SIGNATURE, "HMAC", NULL},
      {OSSL_OP_KDF, "HKDF", NULL}, {OSSL_OP_KDF, "TLS13-KDF", NULL}, {OSSL_OP_KDF, "TLS1-PRF", NULL},
      {OSSL_OP_RAND, NULL, NULL},
  };
  size_t length = strcspn(algorithm->algorithm_names, ":");
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    const struct copenssl_choice *choice = &choices[i];
    if (choice->operation != operation) continue;
    if (choice->name != NULL && (strlen(choice->name) != length ||
                                 strncmp(choice->name, algorithm->algorithm_names, length) != 0))
      continue;
    if (choice->property == NULL || strstr(algorithm->property_definition, choice->property) != NULL) return true;
  }
  return false;
}

#undef COPENSSL_KEY

static inline bool copenssl_choose(int operation) {
  int unused = 0;
  size_t count = 0, kept = 0;
  const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(copenssl_whole()->provider, operation, &unused);
  if (all == NULL) return true;
  while (all[count].algorithm_names != NULL) count++;
  OSSL_ALGORITHM *list = (OSSL_ALGORITHM *)OPENSSL_zalloc((count + 1) * sizeof *list);
  if (list == NULL) return false;
  for (size_t i = 0; i < count; i++)
    if (copenssl_is_chosen(operation, &all[i])) list[kept++] = all[i];
  copenssl_whole()->lists[operation] = list;
  return true;
}

/* provider-base(7) */
static inline const OSSL_ALGORITHM *copenssl_query(void *context, int operation, int *no_cache) {
  (void)context;
  *no_cache = 0;
  return operation >= 0 && operation < COPENSSL_OPERATIONS ? copenssl_whole()->lists[operation] : NULL;
}
static inline int copenssl_capabilities(void *context, const char *name, OSSL_CALLBACK *call, void *argument) {
  (void)context;
  return OSSL_PROVIDER_get_capabilities(copenssl_whole()->provider, name, call, argument);
}

static inline int copenssl_begin_provider(
    const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *from, const OSSL_DISPATCH **to, void **context) {
  static const OSSL_DISPATCH functions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))copenssl_query},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))copenssl_capabilities},
      {0, NULL},
  };
  (void)handle;
  (void)from;
  *to = functions;
  /* What the algorithms need themselves, they find in the default provider's own library context. */
  *context = OSSL_PROVIDER_get0_provider_ctx(copenssl_whole()->provider);
  return 1;
}

/* Once, before anything else is asked of libcrypto: it would load the whole provider then. */
static inline int copenssl_load_provider(void) {
  OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
  if (library == NULL) return 0;
  copenssl_whole()->provider = OSSL_PROVIDER_load(library, "default");
  if (copenssl_whole()->provider == NULL) return 0;
  for (int operation = 0; operation < COPENSSL_OPERATIONS; operation++)
    if (!copenssl_choose(operation)) return 0;
  return OSSL_PROVIDER_add_builtin(NULL, "apus", copenssl_begin_provider) == 1 &&
         OSSL_PROVIDER_load(NULL, "apus") != NULL;
}

#endif
