/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/util/cleanup.h"

/* Interface ioctls work on a socket of any family, so this does not depend
 * on the kernel having IPv4. */
int
kv_raise_loopback (struct kv_init *init)
{
  kv_autoclose int fd = -1;
  struct ifreq request;

  if ((init->plan.flags & KV_PLAN_LOOPBACK) == 0)
    return 0;
  init->subject = "lo";
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  memset (&request, 0, sizeof request);
  memcpy (request.ifr_name, "lo", sizeof "lo");
  if (ioctl (fd, SIOCGIFFLAGS, &request) < 0)
    return -1;
  if ((request.ifr_flags & IFF_UP) != 0)
    return 0;
  request.ifr_flags |= IFF_UP;
  return ioctl (fd, SIOCSIFFLAGS, &request) < 0 ? -1 : 0;
}
