// The floor: what a proxy on one thread cannot go below.
//
// Bytes are relayed between a downstream connection and an upstream one of its own; nothing is parsed. Every
// descriptor is registered once, edge-triggered, so that a request costs four system calls (receive and send, each
// way) and a share of one epoll_wait.
//
//   relay LISTEN_PORT UPSTREAM_PORT

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../loopback.h"

enum { events_per_turn = 256, chunk_bytes = 128 * 1024 };

// One end of a relayed connection. `pending` is what came from the other end and does not fit into the socket yet.
struct end {
  int fd;
  struct pair *pair;
  struct end *other;
  char *pending;
  size_t pending_from, pending_to;
  bool ending;         // the peer has said, or is about to say, that no more bytes come
  bool ended;          // no more bytes will be read here
};

struct pair {
  struct end downstream, upstream;
  bool closed;
  struct pair *next_closed;
};

static int poller;
static struct sockaddr_in upstream_address;
static struct pair *closed_pairs;  // freed at the end of a turn: an event of the same turn may still name them
static char chunk[chunk_bytes];

static void close_pair(struct pair *pair) {
  if (pair->closed) return;
  pair->closed = true;
  close(pair->downstream.fd);
  close(pair->upstream.fd);
  pair->next_closed = closed_pairs;
  closed_pairs = pair;
}

static void free_closed_pairs(void) {
  while (closed_pairs) {
    struct pair *pair = closed_pairs;
    closed_pairs = pair->next_closed;
    free(pair->downstream.pending);
    free(pair->upstream.pending);
    free(pair);
  }
}

static bool would_block(void) { return errno == EAGAIN || errno == ENOTCONN; }

// Writes what was held back for `end`. True once nothing is left.
static bool flush(struct end *end) {
  while (end->pending) {
    ssize_t sent = send(
      end->fd, end->pending + end->pending_from, end->pending_to - end->pending_from, MSG_NOSIGNAL);
    if (sent < 0) {
      if (!would_block()) close_pair(end->pair);
      return false;
    }
    end->pending_from += sent;
    if (end->pending_from < end->pending_to) continue;
    free(end->pending);
    end->pending = NULL;
  }
  return true;
}

static void hold(struct end *end, const char *bytes, size_t count) {
  end->pending = malloc(count);
  if (!end->pending) fail("malloc");
  memcpy(end->pending, bytes, count);
  end->pending_from = 0;
  end->pending_to = count;
}

// Moves bytes from `source` to its other end until the source is drained or the other end is full.
static void pump(struct end *source) {
  struct end *sink = source->other;
  while (!source->pair->closed && !source->ended && !sink->pending) {
    ssize_t received = recv(source->fd, chunk, sizeof chunk, 0);
    if (received < 0) {
      if (!would_block()) close_pair(source->pair);
      return;
    }
    if (received == 0) {
      source->ended = true;
      shutdown(sink->fd, SHUT_WR);
      if (sink->ended) close_pair(source->pair);
      return;
    }
    ssize_t sent = send(sink->fd, chunk, received, MSG_NOSIGNAL);
    if (sent < 0 && !would_block()) return close_pair(source->pair);
    if (sent < 0) sent = 0;
    if (sent < received) return hold(sink, chunk + sent, received - sent);
    // A short read drained the socket: the next byte raises a new edge, so no call is spent on an EAGAIN. An end
    // of stream that is queued already raises none.
    if ((size_t)received < sizeof chunk && !source->ending) return;
  }
}

static void watch(struct end *end) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = end};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, end->fd, &event) < 0) fail("epoll_ctl");
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int upstream = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (upstream < 0) {
      close(fd);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(upstream, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connect(upstream, (struct sockaddr *)&upstream_address, sizeof upstream_address);
    struct pair *pair = calloc(1, sizeof *pair);
    if (!pair) fail("calloc");
    pair->downstream = (struct end){.fd = fd, .pair = pair, .other = &pair->upstream};
    pair->upstream = (struct end){.fd = upstream, .pair = pair, .other = &pair->downstream};
    watch(&pair->downstream);
    watch(&pair->upstream);
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: relay LISTEN_PORT UPSTREAM_PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  upstream_address = loopback(arguments[2]);
  int listener = listen_on(arguments[1], &poller);

  for (;;) {
    struct epoll_event events[events_per_turn];
    int ready = epoll_wait(poller, events, events_per_turn, -1);
    for (int index = 0; index < ready; index++) {
      struct end *end = events[index].data.ptr;
      if (!end) {
        accept_all(listener);
        continue;
      }
      if (end->pair->closed) continue;
      unsigned what = events[index].events;
      if (what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) end->ending = true;
      // Room to write again: what was held back goes first, then the source that waited for it is read again.
      if (what & EPOLLOUT && end->pending && flush(end)) pump(end->other);
      if (what & EPOLLIN || end->ending) pump(end);
    }
    free_closed_pairs();
  }
}
