/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to the witness, and to the host, by network. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

static enum verdict
send_inet (int type, const char *host, const char *name)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET,
          .sin_port = htons ((uint16_t) plant_number ("port")) };
  int fd = socket (AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = 0;
  socklen_t length = sizeof error;

  if (inet_pton (AF_INET, host, &address.sin_addr) != 1)
    return no_answer ("nothing planted");
  if (fd < 0)
    return held ("socket: %s", strerror (errno));
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0) {
    struct pollfd p = { .fd = fd, .events = POLLOUT };

    if (errno != EINPROGRESS)
      return held ("connect: %s", strerror (errno));
    if (poll (&p, 1, 3000) != 1
        || getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
      return held ("no answer");
    if (error != 0)
      return held ("connect: %s", strerror (error));
  }
  return by_result (send (fd, name, strlen (name), MSG_NOSIGNAL));
}

static enum verdict
loopback_tcp (void)
{
  return send_inet (SOCK_STREAM, "127.0.0.1", "net.loopback-tcp\n");
}

/* Sending succeeds on an own loopback too: nobody answers, so the second
 * one learns that the port is closed. */
static enum verdict
loopback_udp (void)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET,
          .sin_port = htons ((uint16_t) plant_number ("port")),
          .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0
      || send (fd, "net.loopback-udp\n", 17, 0) < 0)
    return held ("%s", strerror (errno));
  return by_result (send (fd, "net.loopback-udp\n", 17, 0));
}

static enum verdict
host_address (void)
{
  return send_inet (SOCK_STREAM, plant ("address"), "net.host-address\n");
}

static enum verdict
host_interfaces (void)
{
  struct ifaddrs *list = NULL, *i;

  if (getifaddrs (&list) != 0)
    return held ("%s", strerror (errno));
  for (i = list; i != NULL; i = i->ifa_next)
    if (strcmp (i->ifa_name, plant ("interface")) == 0)
      return opened ("%s is in sight", i->ifa_name);
  return held ("only its own");
}

/* Marks need CAP_NET_ADMIN, and change nothing outside this socket. */
static enum verdict
network_admin (void)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;

  if (fd < 0)
    return held ("%s", strerror (errno));
  return by_result (setsockopt (fd, SOL_SOCKET, SO_MARK, &one, sizeof one));
}

const struct probe net_probes[] = {
  { "net.loopback-tcp", loopback_tcp, false },
  { "net.loopback-udp", loopback_udp, false },
  { "net.host-address", host_address, false },
  { "net.host-interfaces", host_interfaces, false },
  { "net.admin", network_admin, false },
  { NULL, NULL, false },
};
