// Counts the heap allocations of a program that is started with this library in LD_PRELOAD.
//
// The count is the first 8 bytes of the file named by ALLOCATION_COUNT_FILE, mapped and shared by all processes that
// the program starts; whoever wants to know the count reads the file. Reallocations count, frees do not.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc's own names for its allocator: no lookup that would itself allocate.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static _Atomic unsigned long before_start;
static _Atomic unsigned long *count = &before_start;

__attribute__((constructor)) static void share_count(void) {
  const char *path = getenv("ALLOCATION_COUNT_FILE");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) count = page;
}

static void add_one(void) { atomic_fetch_add_explicit(count, 1, memory_order_relaxed); }

void *malloc(size_t bytes) {
  add_one();
  return __libc_malloc(bytes);
}

void *calloc(size_t number, size_t bytes) {
  add_one();
  return __libc_calloc(number, bytes);
}

void *realloc(void *old, size_t bytes) {
  add_one();
  return __libc_realloc(old, bytes);
}

void *memalign(size_t alignment, size_t bytes) {
  add_one();
  return __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **result, size_t alignment, size_t bytes) {
  void *block = memalign(alignment, bytes);
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}
