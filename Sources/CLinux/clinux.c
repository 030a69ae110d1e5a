#define _GNU_SOURCE
#include "CLinux.h"
#include <pthread.h>
#include <sched.h>

int clinux_accept(int fd, void *address, socklen_t *size) {
  return accept4(fd, (struct sockaddr *)address, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_affinity_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
