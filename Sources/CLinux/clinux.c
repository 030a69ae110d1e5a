#define _GNU_SOURCE
#include "CLinux.h"
#include <ifaddrs.h>
#include <limits.h>
#include <linux/filter.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>

/* The kernel's tcp_info has grown past the C library's; only this field of the newer part is wanted
   (linux/tcp.h, since Linux 4.1), and both headers cannot be included at once. */
enum { BYTES_ACKED_OFFSET = 120, TCP_INFO_SIZE = 128 };

/* SO_BINDTOIFINDEX, which the C library's headers lack (asm-generic/socket.h). */
enum { BIND_TO_INTERFACE = 62 };

int64_t clinux_bytes_acknowledged(int fd) {
  union {
    unsigned char bytes[TCP_INFO_SIZE];
    uint64_t words[TCP_INFO_SIZE / 8];
  } info;
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return -1;
  if (size < BYTES_ACKED_OFFSET + sizeof(uint64_t)) return -1;
  uint64_t count = info.words[BYTES_ACKED_OFFSET / 8];
  /* The acknowledged SYN counts as a byte. */
  return count > 0 ? (int64_t)(count - 1) : 0;
}

int clinux_accept(int fd, void *address, socklen_t *size) {
  return accept4(fd, (struct sockaddr *)address, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_refuse_new_connections(int fd) {
  /* Segments of handshakes under way find their socket by the connection, a SYN finds a listener by its interface,
     and there is none of this number. The kernel then answers it as it does where nobody listens. */
  int nowhere = INT_MAX;
  if (setsockopt(fd, SOL_SOCKET, BIND_TO_INTERFACE, &nowhere, sizeof nowhere) == 0) return 0;
  /* Before Linux 5.7: the SYN is dropped, so that the client comes again. */
  /* A socket filter sees a segment from its TCP header on: byte 13 holds the flags, 2 is SYN. */
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

ssize_t clinux_send_packet(int fd, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(CLINUX_MOST_DESCRIPTORS * sizeof(int))];
  } control;
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor_count > CLINUX_MOST_DESCRIPTORS) {
    errno = EINVAL;
    return -1;
  }
  if (descriptor_count > 0) {
    size_t size = descriptor_count * sizeof(int);
    memset(&control, 0, CMSG_SPACE(size));
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), descriptors, size);
  }
  return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t clinux_receive_packet(int fd, void *bytes, size_t size, int *descriptors, size_t *descriptor_count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(CLINUX_MOST_DESCRIPTORS * sizeof(int))];
  } control;
  struct iovec part = {bytes, size};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  *descriptor_count = 0;
  ssize_t count = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (count < 0) return -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t found = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors + *descriptor_count, CMSG_DATA(header), found * sizeof(int));
    *descriptor_count += found;
  }
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) return count;
  for (size_t index = 0; index < *descriptor_count; index++) close(descriptors[index]);
  *descriptor_count = 0;
  errno = EMSGSIZE;
  return -1;
}

int clinux_peer_process(int fd, uint32_t *user, int32_t *process) {
  struct ucred who;
  socklen_t size = sizeof who;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return -1;
  *user = who.uid;
  *process = who.pid;
  return 0;
}

int clinux_send_datagram(const char *name, const void *bytes, size_t count) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if ((name[0] != '/' && name[0] != '@') || length >= sizeof address.sun_path) {
    errno = EINVAL;
    return -1;
  }
  memcpy(address.sun_path, name, length);
  if (name[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  struct timeval limit = {.tv_sec = 1};
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(descriptor, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  int code = errno;
  close(descriptor);
  errno = code;
  return sent < 0 ? -1 : 0;
}

int clinux_await_end(int32_t process, int milliseconds) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  if (descriptor < 0) return errno == ESRCH ? 0 : -1;
  struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
  int ended = poll(&waiting, 1, milliseconds);
  close(descriptor);
  return ended > 0 ? 0 : -1;
}

int clinux_is_listening(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens;
}

int clinux_affinity_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

int clinux_has_address(int family) {
  struct ifaddrs *list = NULL;
  int found = 0;
  if (getifaddrs(&list) != 0) return 0;
  for (struct ifaddrs *entry = list; entry != NULL && !found; entry = entry->ifa_next) {
    if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != family) continue;
    if (family == AF_INET6) {
      const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)entry->ifa_addr)->sin6_addr;
      found = !IN6_IS_ADDR_LOOPBACK(six) && !IN6_IS_ADDR_LINKLOCAL(six);
    } else if (family == AF_INET) {
      uint32_t four = ntohl(((const struct sockaddr_in *)(const void *)entry->ifa_addr)->sin_addr.s_addr);
      found = four >> 24 != 127 && four >> 16 != 0xA9FE;
    }
  }
  freeifaddrs(list);
  return found;
}

void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

static void exchange_core_filter(const char *next, char *last, size_t size) {
  int file = open("/proc/self/coredump_filter", O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  ssize_t count = last == NULL ? 0 : read(file, last, size - 1);
  if (last != NULL) last[count > 0 ? count : 0] = 0;
  ssize_t written = pwrite(file, next, strlen(next), 0);
  (void)written;
  close(file);
}

int clinux_set_dumpable(int allowed) {
  /* The kernel writes no core of a process that forbids it. Whoever may make one all the same, such as root with gcore,
     finds the headers of ELF files in it and nothing else (core(5)), but where he writes another filter himself.
     The filter's file is root's while dumping is forbidden. The kernel shows hexadecimal digits without 0x. */
  static char usual[2 + 16] = "0x";
  if (!allowed) {
    exchange_core_filter("0x10", usual + 2, sizeof usual - 2);
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  }
  int code = prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  if (usual[2] != 0) exchange_core_filter(usual, NULL, 0);
  return code;
}
