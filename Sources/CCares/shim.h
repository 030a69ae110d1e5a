/* c-ares takes its options by a struct of pointers and keeps the process's limits of select(2) in its own calls; what is
 * needed of both is here. */
#ifndef APUS_CCARES_SHIM_H
#define APUS_CCARES_SHIM_H

#include <ares.h>
#include <poll.h>
#include <stddef.h>

/* Datagrams of up to 1232 bytes pass every link unbroken (DNS flag day 2020); what is larger comes over TCP. Of its
 * "lookups" c-ares keeps the hosts file, which only ares_getaddrinfo reads: names are searched for by us. */
static inline int ccares_open(ares_channel *channel, int milliseconds, int tries, ares_sock_state_cb changed,
                              void *context) {
  struct ares_options options = {0};
  options.flags = ARES_FLAG_EDNS;
  options.ednspsz = 1232;
  options.timeout = milliseconds;
  options.tries = tries;
  options.lookups = (char *)"f";
  options.sock_state_cb = changed;
  options.sock_state_cb_data = context;
  return ares_init_options(
      channel, &options,
      ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
}

/* Calls `domain` with each of the search domains, in order. Returns `ndots`, or -1 where there is no memory. */
static inline int ccares_search(ares_channel channel, void (*domain)(void *context, const char *text), void *context) {
  struct ares_options options;
  int mask = 0;
  if (ares_save_options(channel, &options, &mask) != ARES_SUCCESS) return -1;
  for (int index = 0; index < options.ndomains; index++) domain(context, options.domains[index]);
  int dots = (mask & ARES_OPT_NDOTS) != 0 ? options.ndots : 1;
  ares_destroy_options(&options);
  return dots;
}

/* What the hosts file says, within the call. */
static inline void ccares_hosts(ares_channel channel, const char *name, ares_addrinfo_callback found, void *context) {
  struct ares_addrinfo_hints hints = {.ai_flags = ARES_AI_NOSORT, .ai_family = AF_UNSPEC};
  ares_getaddrinfo(channel, name, NULL, &hints, found, context);
}

/* Which of `wanted` (POLLIN, POLLOUT) can be done with a descriptor now. What is broken can be read and written: so it
   is told. */
static inline int ccares_ready(int fd, int wanted) {
  struct pollfd entry = {.fd = fd, .events = (short)wanted};
  if (poll(&entry, 1, 0) <= 0) return 0;
  return (entry.revents & ~(POLLIN | POLLOUT)) != 0 ? wanted : entry.revents & wanted;
}

/* Milliseconds until c-ares wants to be called, rounded up; -1: it waits for nothing. */
static inline long ccares_wait(ares_channel channel) {
  struct timeval left;
  if (ares_timeout(channel, NULL, &left) == NULL) return -1;
  return left.tv_sec * 1000 + (left.tv_usec + 999) / 1000;
}

#endif
