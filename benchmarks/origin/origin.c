// The origin that every proxy stands in front of: a small HTTP/1.1 server on one thread that costs little, so that
// the proxy is what gets measured.
//
//   GET  /          62 bytes
//   GET  /bytes/N   N bytes with Content-Length
//   POST, PUT       reads the body (Content-Length or chunked), answers with the number of its bytes
//
//   origin PORT

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../loopback.h"

enum { events_per_turn = 256, input_bytes = 16 * 1024, filler_bytes = 256 * 1024 };

static const char small_body[] = "{\"service\":\"origin\",\"status\":\"ok\",\"message\":\"hello from here\"}";
_Static_assert(sizeof small_body - 1 == 62, "the small body has 62 bytes");

enum phase { head, counted_body, chunk_size, chunk_data, chunk_end, trailer, answer };

struct connection {
  int fd;
  enum phase phase;
  unsigned long long body_left;      // of the request, or of its chunk
  unsigned long long body_received;
  unsigned long long filler_left;    // of the answer
  char out[256];                     // the answer's head and, where it is short, its body
  unsigned out_from, out_to;
  bool ending;                       // the peer sends no more after what is queued
  unsigned in_from, in_to;
  char in[input_bytes];
};

static int poller;
static char filler[filler_bytes];

// Writes the answer. True once it is complete.
static bool send_answer(struct connection *c) {
  while (c->out_from < c->out_to || c->filler_left) {
    size_t short_part = c->out_to - c->out_from;
    size_t long_part = c->filler_left < sizeof filler ? c->filler_left : sizeof filler;
    struct iovec parts[2] = {{c->out + c->out_from, short_part}, {filler, long_part}};
    ssize_t sent = writev(c->fd, parts, long_part ? 2 : 1);
    if (sent < 0) return false;
    size_t of_short_part = (size_t)sent < short_part ? (size_t)sent : short_part;
    c->out_from += of_short_part;
    c->filler_left -= sent - of_short_part;
  }
  c->phase = head;
  return true;
}

static void answer_with(struct connection *c, const char *body, size_t body_bytes, unsigned long long filler_count) {
  int head_bytes = snprintf(
    c->out, sizeof c->out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %llu\r\n\r\n",
    body_bytes + filler_count);
  memcpy(c->out + head_bytes, body, body_bytes);
  c->out_from = 0;
  c->out_to = head_bytes + body_bytes;
  c->filler_left = filler_count;
  c->phase = answer;
}

static void answer_with_count(struct connection *c) {
  char body[32];
  answer_with(c, body, sprintf(body, "%llu\n", c->body_received), 0);
}

// The value of a field in a head that ends in NUL, or NULL.
static const char *field(const char *head, const char *name) {
  size_t count = strlen(name);
  for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
    if (!strncasecmp(line + 2, name, count) && line[2 + count] == ':') return line + 3 + count;
  return NULL;
}

static void begin_request(struct connection *c, const char *text) {
  c->body_received = 0;
  if (!strncmp(text, "POST ", 5) || !strncmp(text, "PUT ", 4)) {
    const char *length = field(text, "content-length");
    c->body_left = length ? strtoull(length, NULL, 10) : 0;
    if (field(text, "transfer-encoding")) c->phase = chunk_size;
    else if (c->body_left) c->phase = counted_body;
    else answer_with_count(c);
  } else if (!strncmp(text, "GET /bytes/", 11)) {
    answer_with(c, "", 0, strtoull(text + 11, NULL, 10));
  } else {
    answer_with(c, small_body, sizeof small_body - 1, 0);
  }
}

static void count_body(struct connection *c, size_t count) {
  c->body_received += count;
  c->body_left -= count;
  if (c->body_left) return;
  if (c->phase == chunk_data) c->phase = chunk_end;
  else answer_with_count(c);
}

// Takes one step over `text` (`count` bytes and a NUL). Returns how many bytes it used up, 0 to ask for more.
static size_t step(struct connection *c, char *text, size_t count) {
  if (c->phase == counted_body || c->phase == chunk_data) {
    size_t used = count < c->body_left ? count : c->body_left;
    count_body(c, used);
    return used;
  }
  char *end = strstr(text, c->phase == head ? "\r\n\r\n" : "\r\n");
  if (!end) return 0;
  if (c->phase == head) {
    end[2] = 0;
    begin_request(c, text);
    return end + 4 - text;
  }
  if (c->phase == chunk_size) {
    c->body_left = strtoull(text, NULL, 16);
    c->phase = c->body_left ? chunk_data : trailer;
  } else if (c->phase == chunk_end) {
    c->phase = chunk_size;
  } else if (end == text) {  // the empty line after the trailers
    answer_with_count(c);
  }
  return end + 2 - text;
}

// Receives once. Returns what recv returned; `drained` says that nothing is left to read for now.
static ssize_t receive(struct connection *c, bool *drained) {
  memmove(c->in, c->in + c->in_from, c->in_to -= c->in_from);
  c->in_from = 0;
  // A body is only counted: with MSG_TRUNC the kernel drops it without a copy.
  bool discards = c->phase == counted_body || c->phase == chunk_data;
  size_t room = discards ? (c->body_left < 1 << 30 ? c->body_left : 1 << 30) : input_bytes - 1 - c->in_to;
  ssize_t received = recv(c->fd, c->in + c->in_to, room, discards ? MSG_TRUNC : 0);
  if (received <= 0) return received;
  *drained = (size_t)received < room && !c->ending;
  if (discards) count_body(c, received);
  else c->in_to += received;
  return received;
}

// Works until nothing is left to read or the answer cannot be written. False when the connection is over.
static bool advance(struct connection *c) {
  for (bool drained = false;;) {
    if (c->phase == answer) {
      if (!send_answer(c)) return errno == EAGAIN;
      continue;
    }
    c->in[c->in_to] = 0;
    size_t used = c->in_from < c->in_to ? step(c, c->in + c->in_from, c->in_to - c->in_from) : 0;
    c->in_from += used;
    if (used) continue;
    if (drained) return true;
    if (c->in_to - c->in_from == input_bytes - 1) return false;  // a head that is too long
    ssize_t received = receive(c, &drained);
    if (received <= 0) return received < 0 && errno == EAGAIN;
  }
}

static void accept_all(int listener) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = malloc(sizeof *c);
    if (!c) fail("malloc");
    c->fd = fd;
    c->phase = head;
    c->in_from = c->in_to = 0;
    c->ending = false;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: origin PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  memset(filler, 'x', sizeof filler);
  int listener = listen_on(arguments[1], &poller);

  for (;;) {
    struct epoll_event events[events_per_turn];
    int ready = epoll_wait(poller, events, events_per_turn, -1);
    for (int index = 0; index < ready; index++) {
      struct connection *c = events[index].data.ptr;
      if (!c) {
        accept_all(listener);
        continue;
      }
      if (events[index].events & EPOLLRDHUP) c->ending = true;
      if (advance(c)) continue;
      close(c->fd);
      free(c);
    }
  }
}
