/* What Glibc's Swift module does not expose, and calls whose C types Swift cannot spell. */
#ifndef APUS_CLINUX_H
#define APUS_CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* epoll_event is packed on x86-64; 64 bits of data are read and written whole. */
static inline int clinux_epoll_add(int poller, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}
static inline int clinux_epoll_modify(int poller, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
}
static inline int clinux_epoll_remove(int poller, int fd) {
  struct epoll_event event = {0};
  return epoll_ctl(poller, EPOLL_CTL_DEL, fd, &event);
}
static inline uint64_t clinux_event_data(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t clinux_event_mask(const struct epoll_event *event) { return event->events; }

static inline uint64_t clinux_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}
static inline uint64_t clinux_realtime_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static inline int clinux_set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value);
}
// The algorithm's name as in tcp(7), TCP_CONGESTION.
static inline int clinux_set_congestion_control(int fd, const char *name) {
  return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name));
}
static inline int clinux_socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error;
}

static inline int clinux_errno(void) { return errno; }

/* Whether this process's memory may be read by others of the same user, and be written into a core. -1: errno says why.
   Called while there is one thread. */
int clinux_set_dumpable(int allowed);

/* Whether an address of a family (AF_INET, AF_INET6) leads beyond this machine and its own links. */
int clinux_has_address(int family);

/* Gives memory that is free within the heap back to the kernel. */
static inline void clinux_return_free_memory(void) { malloc_trim(0); }

/* Never wait, so that they need no mark of a cancellation point: glibc's own set and clear one with two locked
   instructions each in a program with threads, which a request would pay eight times. */
static inline ssize_t clinux_receive(int fd, void *to, size_t count, int flags) {
  return syscall(SYS_recvfrom, fd, to, count, flags | MSG_DONTWAIT, NULL, NULL);
}
static inline ssize_t clinux_send(int fd, const void *from, size_t count) {
  return syscall(SYS_sendto, fd, from, count, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
}

/* Two parts in one system call: a message's head and the body that follows it. */
static inline ssize_t clinux_send2(int fd, const void *a, size_t a_count, const void *b, size_t b_count) {
  struct iovec parts[2] = {{(void *)a, a_count}, {(void *)b, b_count}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Socket addresses travel as plain bytes: the C library's transparent unions have no Swift spelling. */
static inline int clinux_bind(int fd, const void *address, socklen_t size) {
  return bind(fd, (const struct sockaddr *)address, size);
}
static inline int clinux_connect(int fd, const void *address, socklen_t size) {
  return connect(fd, (const struct sockaddr *)address, size);
}
static inline int clinux_local_address(int fd, void *address, socklen_t *size) {
  return getsockname(fd, (struct sockaddr *)address, size);
}
static inline int clinux_peer_address(int fd, void *address, socklen_t *size) {
  return getpeername(fd, (struct sockaddr *)address, size);
}
/* Whether a path names a socket in the file system, not through a symbolic link. */
static inline int clinux_is_socket_file(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}
/* The inode of a socket in the file system, not through a symbolic link, and its device; 0 where there is none. */
static inline uint64_t clinux_socket_file(const char *path, uint64_t *device) {
  struct stat status;
  if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode)) return 0;
  *device = status.st_dev;
  return status.st_ino;
}
static inline int clinux_duplicate(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }

/* Whatever may give a name in a directory another content. */
static inline int clinux_watch_new(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }
static inline int clinux_watch_add(int fd, const char *directory) {
  return inotify_add_watch(
      fd, directory,
      IN_ONLYDIR | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
}
static inline void clinux_watch_remove(int fd, int watch) { inotify_rm_watch(fd, watch); }

/* GNU extensions, defined in clinux.c so that this header does not change what the C library declares. */
int clinux_accept(int fd, void *address, socklen_t *size);
/* A listening TCP socket takes no SYN from now on; handshakes that are under way go on. */
int clinux_refuse_new_connections(int fd);
/* One packet, with up to CLINUX_MOST_DESCRIPTORS descriptors (unix(7), SCM_RIGHTS). Never waits. -1: errno says why. */
enum { CLINUX_MOST_DESCRIPTORS = 253 };
ssize_t clinux_send_packet(int fd, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);
/* The same, taken: `descriptors` has room for that many. A packet that is not whole is EMSGSIZE, and nothing of it stays open. */
ssize_t clinux_receive_packet(int fd, void *bytes, size_t size, int *descriptors, size_t *descriptor_count);
/* Who has connected a Unix socket's other end, or listens there. */
int clinux_peer_process(int fd, uint32_t *user, int32_t *process);
/* Sends a datagram to the Unix socket at an absolute path, or with an abstract name, which begins with an @ (sd_notify(3)).
   Waits for room, a second at most. */
int clinux_send_datagram(const char *name, const void *bytes, size_t count);
/* Waits until a process has ended and has nothing open any more. Fewer milliseconds than that: -1. */
int clinux_await_end(int32_t process, int milliseconds);
/* Whether a descriptor is a stream or packet socket that listens. */
int clinux_is_listening(int fd);
/* The number of processors that this process may run on. */
int clinux_affinity_count(void);
/* Bytes of a TCP connection's stream that the peer has acknowledged, -1 where the kernel does not tell. */
int64_t clinux_bytes_acknowledged(int fd);
/* Names the calling thread; 15 bytes at most. */
void clinux_name_thread(const char *name);

#endif
