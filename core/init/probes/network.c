/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to the witness, and to the host, by sockets of any kind. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <poll.h>
#include <sys/un.h>

#include "core/init/probes/probe.h"

static enum kv_verdict
send_unix (const struct sockaddr_un *address, socklen_t length,
           const char *name)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (const struct sockaddr *) address, length) != 0)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (send (fd, name, strlen (name), MSG_NOSIGNAL));
}

enum kv_verdict
kv_probe_abstract_socket (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const char *name = kv_plant ("abstract");
  size_t length = strlen (name);

  if (length == 0 || length + 1 > sizeof address.sun_path)
    return kv_unanswered ("nothing planted");
  memcpy (address.sun_path + 1, name, length);
  return send_unix (
      &address,
      (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + length),
      "network.abstract\n");
}

static enum kv_verdict
path_socket (const char *path, const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (path[0] == '\0' || strlen (path) >= sizeof address.sun_path)
    return kv_unanswered ("nothing planted");
  memcpy (address.sun_path, path, strlen (path) + 1);
  return send_unix (&address, sizeof address, name);
}

enum kv_verdict
kv_probe_unix_outside (void)
{
  return path_socket (kv_plant ("unix_outside"), "network.unix\n");
}

enum kv_verdict
kv_probe_af_packet (void)
{
  return kv_by_result (socket (AF_PACKET, SOCK_RAW, 0));
}

enum kv_verdict
kv_probe_raw_socket (void)
{
  return kv_by_result (socket (AF_INET, SOCK_RAW, 1));
}

static enum kv_verdict
send_inet (int type, const char *host, const char *name)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET,
          .sin_port = htons ((uint16_t) kv_plant_number ("port")) };
  int fd = socket (AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = 0;
  socklen_t length = sizeof error;

  if (inet_pton (AF_INET, host, &address.sin_addr) != 1)
    return kv_unanswered ("nothing planted");
  if (fd < 0)
    return kv_held ("socket: %s", strerror (errno));
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0) {
    struct pollfd p = { .fd = fd, .events = POLLOUT };

    if (errno != EINPROGRESS)
      return kv_held ("connect: %s", strerror (errno));
    if (poll (&p, 1, 3000) != 1
        || getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
      return kv_held ("no answer");
    if (error != 0)
      return kv_held ("connect: %s", strerror (error));
  }
  return kv_by_result (send (fd, name, strlen (name), MSG_NOSIGNAL));
}

enum kv_verdict
kv_probe_loopback_tcp (void)
{
  return send_inet (SOCK_STREAM, "127.0.0.1", "network.loopback-tcp\n");
}

/* Sending succeeds on an own loopback too: nobody answers, so the second
 * one learns that the port is closed. */
enum kv_verdict
kv_probe_loopback_udp (void)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET,
          .sin_port = htons ((uint16_t) kv_plant_number ("port")),
          .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0
      || send (fd, "network.loopback-udp\n", 21, 0) < 0)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (send (fd, "network.loopback-udp\n", 21, 0));
}

enum kv_verdict
kv_probe_host_address (void)
{
  return send_inet (SOCK_STREAM, kv_plant ("address"),
                    "network.host-address\n");
}

enum kv_verdict
kv_probe_host_interfaces (void)
{
  struct ifaddrs *list = NULL, *i;

  if (getifaddrs (&list) != 0)
    return kv_held ("%s", strerror (errno));
  for (i = list; i != NULL; i = i->ifa_next)
    if (strcmp (i->ifa_name, kv_plant ("interface")) == 0)
      return kv_reached ("%s is in sight", i->ifa_name);
  return kv_held ("only its own");
}

/* Marks need CAP_NET_ADMIN, and change nothing outside this socket. */
enum kv_verdict
kv_probe_network_admin (void)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;

  if (fd < 0)
    return kv_held ("%s", strerror (errno));
  return kv_by_result (setsockopt (fd, SOL_SOCKET, SO_MARK, &one, sizeof one));
}
