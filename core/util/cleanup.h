/* SPDX-License-Identifier: Apache-2.0 */
/* Scope-bound clean-up: the reason there is hardly a goto in this tree. */
#ifndef KV_CLEANUP_H
#define KV_CLEANUP_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
kv_cleanup_free (void *p)
{
  free (*(void **) p);
}

/* Keeps errno, so that "return -errno" after a scope's end stays right. */
static inline void
kv_cleanup_close (const int *fd)
{
  int saved = errno;

  if (*fd >= 0)
    close (*fd);
  errno = saved;
}

static inline void
kv_cleanup_fclose (FILE **f)
{
  if (*f != NULL)
    fclose (*f);
}

static inline void
kv_cleanup_closedir (DIR **d)
{
  if (*d != NULL)
    closedir (*d);
}

#define kv_autofree __attribute__ ((cleanup (kv_cleanup_free)))
#define kv_autoclose __attribute__ ((cleanup (kv_cleanup_close)))
#define kv_autofclose __attribute__ ((cleanup (kv_cleanup_fclose)))
#define kv_autoclosedir __attribute__ ((cleanup (kv_cleanup_closedir)))

/* A buffer that is filled before it is read: the compiler is told to zero
 * every variable, and zeroing 64 KiB costs as much as ten system calls. */
#if __has_attribute(uninitialized)
#define kv_uninitialized __attribute__ ((uninitialized))
#else
#define kv_uninitialized
#endif

/* Takes the value out of an auto variable, so that it outlives the scope. */
static inline int
kv_steal_fd (int *fd)
{
  int value = *fd;

  *fd = -1;
  return value;
}

static inline void *
kv_steal_ptr (void *pp)
{
  void **p = pp;
  void *value = *p;

  *p = NULL;
  return value;
}

#define KV_COUNT(array) (sizeof (array) / sizeof ((array)[0]))

#endif
