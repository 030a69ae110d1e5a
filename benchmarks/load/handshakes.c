// Connects over TLS 1.3, sends one request, reads the answer to its end, and begins anew, for so many seconds. Prints how
// many handshakes there were, and how many of them went on with a session.
//
//   handshakes PORT SECONDS NAME full|resume [PEM]     PEM: a certificate and its key, to be shown

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static SSL_SESSION *newest;

static void fail(const char *what) {
  printf("%s failed\n", what);
  exit(1);
}

static int keep(SSL *connection, SSL_SESSION *session) {
  (void)connection;
  SSL_SESSION_free(newest);
  newest = session;
  return 1;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// One connection from its connect to its end; returns whether its session was resumed.
static bool visit(SSL_CTX *context, int port, const char *name, bool resume) {
  static const char request[] = "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
  char answer[4096];
  int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SSL *connection = SSL_new(context);
  SSL_set_fd(connection, descriptor);
  SSL_set_tlsext_host_name(connection, name);
  if (resume && newest) SSL_set_session(connection, newest);
  if (SSL_connect(connection) != 1) fail("handshake");
  if (SSL_write(connection, request, sizeof request - 1) <= 0) fail("write");
  int count = SSL_read(connection, answer, sizeof answer);
  if (count < 12 || memcmp(answer, "HTTP/1.1 200", 12) != 0) fail("answer");
  while (SSL_read(connection, answer, sizeof answer) > 0) {}
  bool resumed = SSL_session_reused(connection);
  SSL_shutdown(connection);
  SSL_free(connection);
  close(descriptor);
  return resumed;
}

int main(int count, char **words) {
  if (count < 5) fail("handshakes PORT SECONDS NAME full|resume [PEM]");
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep);
  if (count > 5
      && (SSL_CTX_use_certificate_file(context, words[5], SSL_FILETYPE_PEM) != 1
          || SSL_CTX_use_PrivateKey_file(context, words[5], SSL_FILETYPE_PEM) != 1))
    fail("the certificate");
  bool resume = strcmp(words[4], "resume") == 0;
  double start = now(), end = start + atof(words[2]);
  unsigned long made = 0, resumed = 0;
  while (now() < end) {
    resumed += visit(context, atoi(words[1]), words[3], resume);
    made++;
  }
  printf("%lu handshakes, %lu resumed, %.6f s\n", made, resumed, now() - start);
}
