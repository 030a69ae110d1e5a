// The origin of the HTTP/2 scenarios: a small server on one thread over libnghttp2, with prior knowledge.
//
//   GET  /                     62 bytes
//   GET  /bytes/N              N bytes
//   POST /bench.Calls/Unary    gRPC: one message of 62 bytes, then trailers
//   POST /bench.Calls/Stream   gRPC: 10,000 messages of 62 bytes, each in a DATA frame of its own, then trailers
//
//   origin_h2 PORT

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { events_per_turn = 256, input_bytes = 64 * 1024, output_bytes = 64 * 1024, stream_messages = 10000 };

static const char small_body[] = "{\"service\":\"origin\",\"status\":\"ok\",\"message\":\"hello from here\"}";
enum { body_bytes = sizeof small_body - 1, message_bytes = 5 + body_bytes };
_Static_assert(body_bytes == 62, "the small body has 62 bytes");
static char message[message_bytes];

struct connection {
  int fd;
  nghttp2_session *session;
  unsigned out_from, out_to;
  char out[output_bytes];
};

enum kind { plain, filler, unary, server_stream };

struct stream {
  enum kind kind;
  unsigned messages_left;
  size_t sent;                     // of the message under way
  unsigned long long filler_left;  // of the body
};

static int poller;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

#define FIELD(name, value) \
  {(uint8_t *)name, (uint8_t *)value, sizeof name - 1, sizeof value - 1, \
   NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}
static const nghttp2_nv plain_head[] = {
  FIELD(":status", "200"), FIELD("content-type", "text/plain"), FIELD("content-length", "62")};
static const nghttp2_nv grpc_head[] = {FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
static const nghttp2_nv grpc_trailers[] = {FIELD("grpc-status", "0")};

static ssize_t fill(struct stream *stream, uint8_t *into, size_t room, uint32_t *flags) {
  size_t count = room < stream->filler_left ? room : stream->filler_left;
  memset(into, 'x', count);
  if (!(stream->filler_left -= count)) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return count;
}

// One frame at a time: the body, or one message, or as much of it as the window takes.
static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *into, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *unused) {
  struct stream *stream = source->ptr;
  (void)unused;
  if (stream->kind == filler) return fill(stream, into, room, flags);
  const char *text = stream->kind == plain ? small_body : message;
  size_t left = (stream->kind == plain ? body_bytes : message_bytes) - stream->sent;
  size_t count = room < left ? room : left;
  memcpy(into, text + stream->sent, count);
  stream->sent += count;
  if (count < left) return count;
  stream->sent = 0;
  if (--stream->messages_left) return count;
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (stream->kind != plain) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, id, grpc_trailers, sizeof grpc_trailers / sizeof *grpc_trailers);
  }
  return count;
}

static int begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *unused) {
  (void)unused;
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  struct stream *stream = malloc(sizeof *stream);
  if (!stream) fail("malloc");
  *stream = (struct stream){plain, 1, 0, 0};
  return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
}

static int take_field(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_count,
                      const uint8_t *value, size_t value_count, uint8_t flags, void *unused) {
  (void)flags, (void)unused;
  struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if (!stream || name_count != 5 || memcmp(name, ":path", 5)) return 0;
  if (value_count > 7 && value_count < 27 && !memcmp(value, "/bytes/", 7)) {
    stream->kind = filler;
    for (size_t index = 7; index < value_count; index++)
      stream->filler_left = stream->filler_left * 10 + value[index] - '0';
  } else if (value_count > 13) {
    stream->kind = value[value_count - 1] == 'm' ? server_stream : unary;
    stream->messages_left = stream->kind == unary ? 1 : stream_messages;
  }
  return 0;
}

static int answer_filler(nghttp2_session *session, int32_t id, struct stream *stream,
                         const nghttp2_data_provider *body) {
  char length[32];
  nghttp2_nv head[3] = {plain_head[0], plain_head[1], plain_head[2]};
  head[2].value = (uint8_t *)length;
  head[2].valuelen = sprintf(length, "%llu", stream->filler_left);
  head[2].flags = NGHTTP2_NV_FLAG_NO_COPY_NAME;
  return nghttp2_submit_response(session, id, head, 3, body);
}

static int end_frame(nghttp2_session *session, const nghttp2_frame *frame, void *unused) {
  (void)unused;
  if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) || frame->hd.type > NGHTTP2_HEADERS) return 0;
  struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if (!stream) return 0;
  nghttp2_data_provider body = {.source.ptr = stream, .read_callback = read_body};
  if (stream->kind == filler) return answer_filler(session, frame->hd.stream_id, stream, &body);
  const nghttp2_nv *head = stream->kind == plain ? plain_head : grpc_head;
  return nghttp2_submit_response(session, frame->hd.stream_id, head, stream->kind == plain ? 3 : 2, &body);
}

static int end_stream(nghttp2_session *session, int32_t id, uint32_t code, void *unused) {
  (void)code, (void)unused;
  free(nghttp2_session_get_stream_user_data(session, id));
  return 0;
}

// Gathers frames into one write. False when the connection is over.
static bool flush(struct connection *c) {
  for (;;) {
    while (c->out_to < output_bytes - 16 * 1024 - 9) {
      const uint8_t *piece;
      ssize_t count = nghttp2_session_mem_send(c->session, &piece);
      if (count < 0) return false;
      if (!count) break;
      memcpy(c->out + c->out_to, piece, count);
      c->out_to += count;
    }
    if (c->out_from == c->out_to) return true;
    ssize_t sent = send(c->fd, c->out + c->out_from, c->out_to - c->out_from, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    c->out_from += sent;
    if (c->out_from == c->out_to) c->out_from = c->out_to = 0;
  }
}

static bool advance(struct connection *c) {
  static uint8_t input[input_bytes];
  for (;;) {
    ssize_t received = recv(c->fd, input, sizeof input, 0);
    if (received < 0 && errno == EAGAIN) break;
    if (received <= 0 || nghttp2_session_mem_recv(c->session, input, received) < 0) return false;
    if (received < input_bytes) break;
  }
  return flush(c) && (nghttp2_session_want_read(c->session) || nghttp2_session_want_write(c->session));
}

static void accept_all(int listener, nghttp2_session_callbacks *callbacks) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = malloc(sizeof *c);
    if (!c) fail("malloc");
    c->fd = fd;
    c->out_from = c->out_to = 0;
    nghttp2_session_server_new(&c->session, callbacks, c);
    nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1000}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings, 2);
    nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0, 1 << 24);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: origin_h2 PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  memcpy(message, (char[]){0, 0, 0, 0, body_bytes}, 5);
  memcpy(message + 5, small_body, body_bytes);

  nghttp2_session_callbacks *callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, take_field);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, end_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, end_stream);

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, 4096) < 0) fail("listen");
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");

  for (;;) {
    struct epoll_event events[events_per_turn];
    int ready = epoll_wait(poller, events, events_per_turn, -1);
    for (int index = 0; index < ready; index++) {
      struct connection *c = events[index].data.ptr;
      if (!c) {
        accept_all(listener, callbacks);
      } else if (!advance(c)) {
        nghttp2_session_del(c->session);
        close(c->fd);
        free(c);
      }
    }
  }
}
