// What libssl alone takes: CPU time of the server's side of handshakes in memory, without sockets, requests or a proxy, and
// of the records of a gigabyte. No proxy on this library can cost less.
//
//   library KEYS [whole]     KEYS: the folder with ca.crt, server.crt, client.crt, …; whole: all of the default provider

#include "../../Sources/COpenSSL/provider.h"
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WARM_UP = 200, HANDSHAKES = 3000, RECORD = 16384, GIBIBYTE = 1 << 30 };
enum kind { FULL, RESUMED, MUTUAL };

static SSL_SESSION *newest;
static double used;

static void need(int good, const char *what) {
  if (good == 1) return;
  printf("%s failed\n", what);
  exit(1);
}

static int keep(SSL *connection, SSL_SESSION *session) {
  (void)connection;
  SSL_SESSION_free(newest);
  newest = session;
  return 1;
}

// A chain that was verified before is not verified again.
static int trust(X509_STORE_CTX *store, void *unused) {
  (void)unused;
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void use(SSL_CTX *context, const char *keys, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.crt", keys, name);
  need(SSL_CTX_use_certificate_file(context, path, SSL_FILETYPE_PEM), path);
  snprintf(path, sizeof path, "%s/%s.key", keys, name);
  need(SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM), path);
}

static SSL_CTX *server_context(const char *keys, enum kind kind) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  use(context, keys, "server");
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_id_context(context, (const unsigned char *)"library", 7);
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  need(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256"), "the suite");
  if (kind == MUTUAL) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, trust, NULL);
  }
  return context;
}

static SSL_CTX *client_context(const char *keys, enum kind kind) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (kind == MUTUAL) use(context, keys, "client");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
  return context;
}

static BIO *memory(void) {
  BIO *bio = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(bio, -1);
  return bio;
}

// One connection from its beginning to its end, the server's part of which is added to `used`.
static void meet(SSL_CTX *here, SSL_CTX *there, enum kind kind) {
  double start = now();
  SSL *server = SSL_new(here);
  BIO *up = memory(), *down = memory();
  SSL_set_bio(server, up, down);
  SSL_set_accept_state(server);
  used += now() - start;
  SSL *client = SSL_new(there);
  BIO_up_ref(up);
  BIO_up_ref(down);
  SSL_set_bio(client, down, up);
  SSL_set_connect_state(client);
  if (kind == RESUMED && newest) SSL_set_session(client, newest);
  for (int flight = 0, done = 0; flight < 4 && done != 1; flight++) {
    SSL_do_handshake(client);
    start = now();
    done = SSL_do_handshake(server);
    used += now() - start;
  }
  need(SSL_is_init_finished(server) && SSL_is_init_finished(client), "a handshake");
  char byte;
  SSL_read(client, &byte, 1);  // the ticket
  SSL_set_shutdown(client, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(client);
  start = now();
  SSL_set_shutdown(server, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(server);
  used += now() - start;
}

static void handshakes(const char *keys, enum kind kind, const char *name) {
  SSL_CTX *here = server_context(keys, kind), *there = client_context(keys, kind);
  for (int i = 0; i < WARM_UP; i++) meet(here, there, kind);
  used = 0;
  for (int i = 0; i < HANDSHAKES; i++) meet(here, there, kind);
  printf("%-8s %7.1f µs a handshake\n", name, used * 1e6 / HANDSHAKES);
  SSL_SESSION_free(newest);
  newest = NULL;
  SSL_CTX_free(here);
  SSL_CTX_free(there);
}

// Sealed only, record by record: nothing is copied to anybody.
static void records(void) {
  static unsigned char key[16], vector[12], plain[RECORD], sealed[RECORD + 16];
  EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  need(EVP_EncryptInit_ex2(context, cipher, key, vector, NULL), "the cipher");
  double start = now();
  for (int sent = 0, count; sent < GIBIBYTE / RECORD; sent++) {
    EVP_EncryptInit_ex2(context, NULL, NULL, vector, NULL);
    EVP_EncryptUpdate(context, NULL, &count, plain, 5);
    EVP_EncryptUpdate(context, sealed, &count, plain, RECORD);
    EVP_EncryptFinal_ex(context, sealed, &count);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, sealed + RECORD);
  }
  printf("%-8s %7.3f s a GiB of AES-128-GCM\n", "records", now() - start);
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
}

int main(int count, char **words) {
  need(count > 1, "library KEYS [whole]");
  if (count == 2) need(copenssl_load_provider(), "the provider");
  handshakes(words[1], FULL, "full");
  handshakes(words[1], RESUMED, "resumed");
  handshakes(words[1], MUTUAL, "mutual");
  records();
}
