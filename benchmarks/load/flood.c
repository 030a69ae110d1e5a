// Replays bytes that were made before, as cheaply as a client can: connects, sends them, waits for the end, and begins anew.
// Prints what it cost in CPU time, connections, bytes, and how many of the connections the other side ended by itself.
//
//   flood PORT SECONDS FILE            one connection after the other
//   flood PORT SECONDS FILE HELD       so many connections are opened, and held until the time is over

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../loopback.h"

enum { piece = 64 << 10, patience = 1000 /* ms for the other side to work off what it was sent */ };

static char *bytes;
static size_t count;
static unsigned long long sent;
static unsigned long opened, ended;

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void load(const char *path) {
  int file = open(path, O_RDONLY);
  off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
  if (size < 0 || !(bytes = malloc((size_t)size)) || pread(file, bytes, (size_t)size, 0) != size) fail(path);
  count = (size_t)size;
  close(file);
}

static int dial(const char *port) {
  struct sockaddr_in address = loopback(port);
  int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  opened++;
  return connection;
}

// Takes what has come without looking at it. False at the end.
static bool drain(int connection) {
  ssize_t taken;
  // MSG_TRUNC: the kernel throws it away instead of copying it.
  do taken = recv(connection, NULL, 1 << 20, MSG_DONTWAIT | MSG_TRUNC);
  while (taken == 1 << 20);
  return taken > 0 || (taken < 0 && errno == EAGAIN);
}

// Sends all there is. False where the other side has ended the connection before.
static bool assault(int connection) {
  for (size_t at = 0; at < count;) {
    size_t size = count - at < piece ? count - at : piece;
    ssize_t taken = send(connection, bytes + at, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken > 0) {
      at += (size_t)taken;
      sent += (size_t)taken;
      continue;
    }
    if (errno != EAGAIN) return false;
    struct pollfd ready = {.fd = connection, .events = POLLIN | POLLOUT};
    if (poll(&ready, 1, patience) <= 0) return true;
    if (ready.revents & (POLLIN | POLLHUP | POLLERR) && !drain(connection)) return false;
  }
  return true;
}

// Lets the other side work off all of it.
static bool await_end(int connection) {
  struct pollfd ready = {.fd = connection, .events = POLLIN};
  while (poll(&ready, 1, patience) > 0)
    if (!drain(connection)) return true;
  return false;
}

int main(int words, char **word) {
  if (words < 4) {
    fprintf(stderr, "flood PORT SECONDS FILE [HELD]\n");
    return 1;
  }
  load(word[3]);
  double end = seconds(CLOCK_MONOTONIC) + atof(word[2]), before = seconds(CLOCK_PROCESS_CPUTIME_ID);
  if (words > 4) {
    for (int left = atoi(word[4]); left > 0; left--) assault(dial(word[1]));
    while (seconds(CLOCK_MONOTONIC) < end) poll(NULL, 0, 10);
  } else {
    while (seconds(CLOCK_MONOTONIC) < end) {
      int connection = dial(word[1]);
      if (assault(connection)) shutdown(connection, SHUT_WR);
      ended += await_end(connection);
      close(connection);
    }
  }
  printf("%.6f s of CPU, %lu connections, %lu ended, %llu bytes\n",
         seconds(CLOCK_PROCESS_CPUTIME_ID) - before, opened, ended, sent);
  return 0;
}
