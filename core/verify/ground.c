/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "core/policy/paths.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/verify/ground.h"

/* Long ago, and not the time that a probe sets. */
#define PLANTED_AT 1000000000

static int
random_word (char *out, size_t bytes)
{
  unsigned char random[16];
  size_t i;

  if (bytes > sizeof random || getrandom (random, bytes, 0) != (ssize_t) bytes)
    return -1;
  for (i = 0; i < bytes; i++)
    snprintf (out + 2 * i, 3, "%02x", random[i]);
  return 0;
}

static int
put (const char *folder, const char *name, const char *text, mode_t mode)
{
  const struct timespec times[2] = { { PLANTED_AT, 0 }, { PLANTED_AT, 0 } };
  char path[PATH_MAX];
  kv_autoclose int fd = -1;

  snprintf (path, sizeof path, "%s/%s", folder, name);
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  return fd < 0 || kv_write_full (fd, text, strlen (text)) < 0
                 || fchmod (fd, mode) < 0 || futimens (fd, times) < 0
             ? -1
             : 0;
}

static int
make_folder (const char *folder, const char *name, mode_t mode)
{
  char path[PATH_MAX];

  snprintf (path, sizeof path, "%s%s%s", folder, name[0] != '\0' ? "/" : "",
            name);
  return mkdir (path, 0700) < 0 || chmod (path, mode) < 0 ? -1 : 0;
}

static int
remove_one (const char *path, const struct stat *st, int type,
            struct FTW *where)
{
  (void) st;
  (void) where;
  return (type == FTW_DP ? rmdir (path) : unlink (path)) < 0 && errno != ENOENT
             ? -1
             : 0;
}

void
kv_ground_remove (const char *folder)
{
  (void) nftw (folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* What anybody could change, if he could reach it: only the sandbox is to be
 * in the way. */
static int
plant_outside (const struct kv_ground *g)
{
  static const char *const files[] = { "secret",   "file",      "truncate-me",
                                       "metadata", "unlink-me", "rename-me" };
  char text[64];
  size_t i;

  snprintf (text, sizeof text, "%s\n", g->secret);
  if (make_folder (g->outside, "", 0777) < 0)
    return -1;
  for (i = 0; i < KV_COUNT (files); i++)
    if (put (g->outside, files[i], text, 0666) < 0)
      return -1;
  return 0;
}

static int
plant_work (const struct kv_ground *g)
{
  return make_folder (g->work, "", 0755) < 0
                 || make_folder (g->work, "mnt", 0755) < 0
                 || make_folder (g->work, ".git", 0755) < 0
                 || make_folder (g->work, ".git/hooks", 0755) < 0
                 || put (g->work, ".git/config", "[core]\n", 0644) < 0
                 || put (g->work, ".envrc", "", 0644) < 0
                 || put (g->work, "canary", g->mark, 0644) < 0
             ? -1
             : 0;
}

/* In the caller's own home, which is what the sandbox hides.  One that nothing
 * can be put into gets no secret, and that probe is not answered. */
static void
plant_home (struct kv_ground *g)
{
  if (g->home == NULL)
    return;
  (void) unlink (g->home_file);
  g->in_home
      = put (g->home, strrchr (g->home_file, '/') + 1, g->secret, 0644) == 0;
}

int
kv_ground_plant (struct kv_ground *g, struct kv_error *err)
{
  kv_ground_remove (g->work);
  kv_ground_remove (g->outside);
  (void) unlink (g->tmp_file);
  if (plant_outside (g) < 0 || plant_work (g) < 0
      || put ("/tmp", strrchr (g->tmp_file, '/') + 1, g->secret, 0644) < 0)
    return kv_fail_errno (err, "KVV-03", "cannot plant in %s", g->folder);
  plant_home (g);
  (void) tcflush (g->slave, TCIFLUSH);
  return 0;
}

static int
open_terminal (struct kv_ground *g)
{
  struct termios raw;
  char name[64];

  g->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (g->master < 0 || grantpt (g->master) < 0 || unlockpt (g->master) < 0
      || ptsname_r (g->master, name, sizeof name) != 0)
    return -1;
  g->slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (g->slave < 0 || tcgetattr (g->slave, &raw) < 0)
    return -1;
  /* So that a pushed key is there to be read at once. */
  cfmakeraw (&raw);
  return tcsetattr (g->slave, TCSANOW, &raw);
}

int
kv_ground_make (struct kv_ground *g, struct kv_error *err)
{
  memset (g, 0, sizeof *g);
  g->master = g->slave = -1;
  snprintf (g->folder, sizeof g->folder, "/var/tmp/kavach-verify.XXXXXX");
  memcpy (g->mark, "kv-", 3);
  if (random_word (g->mark + 3, 5) < 0 || random_word (g->hidden, 12) < 0
      || random_word (g->secret, 16) < 0 || random_word (g->env_secret, 16) < 0)
    return kv_fail_errno (err, "KVI-02", "no random bytes");
  if (mkdtemp (g->folder) == NULL || chmod (g->folder, 0711) < 0) {
    kv_fail_errno (err, "KVV-03", "cannot make a folder in /var/tmp");
    g->folder[0] = '\0';
    return -1;
  }
  snprintf (g->work, sizeof g->work, "%s/work", g->folder);
  /* What anybody may change is where nobody else can find it: its name cannot
   * be guessed, and its folder not be listed. */
  snprintf (g->outside, sizeof g->outside, "%s/%s", g->folder, g->hidden);
  snprintf (g->tmp_file, sizeof g->tmp_file, "/tmp/%s", g->mark);
  g->home = kv_callers_home ();
  if (g->home != NULL
      && asprintf (&g->home_file, "%s/.%s", g->home, g->mark) < 0) {
    g->home_file = NULL;
    return kv_fail (err, "KVI-01", "out of memory");
  }
  if (open_terminal (g) < 0)
    return kv_fail_errno (err, "KVV-03", "cannot make a terminal");
  return 0;
}

void
kv_ground_free (struct kv_ground *g)
{
  if (g->master >= 0)
    close (g->master);
  if (g->slave >= 0)
    close (g->slave);
  g->master = g->slave = -1;
  if (g->folder[0] == '\0')
    return;
  (void) unlink (g->tmp_file);
  if (g->home_file != NULL)
    (void) unlink (g->home_file);
  kv_ground_remove (g->folder);
  free (g->home);
  free (g->home_file);
  g->home = g->home_file = NULL;
}

static const char *
in_outside (const struct kv_ground *g, const char *name)
{
  static char path[PATH_MAX];

  snprintf (path, sizeof path, "%s/%s", g->outside, name);
  return path;
}

/* Probes that write say who they are. */
static void
look_at_text (const struct kv_ground *g, const char *name,
              void (*say) (void *data, char *id), void *data)
{
  char buf[4096], *line, *rest = NULL;
  int fd = open (in_outside (g, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  ssize_t n = fd < 0 ? -1 : read (fd, buf, sizeof buf - 1);

  if (fd >= 0)
    close (fd);
  if (n <= 0)
    return;
  buf[n] = '\0';
  for (line = strtok_r (buf, "\n", &rest); line != NULL;
       line = strtok_r (NULL, "\n", &rest))
    if (strncmp (line, "files.", 6) == 0)
      say (data, line);
}

static void
look_at_metadata (const struct kv_ground *g, void (*say) (void *data, char *id),
                  void *data)
{
  const char *path = in_outside (g, "metadata");
  char mode[] = "files.chmod", times[] = "files.utime", attr[] = "files.xattr",
       value[8];
  struct stat st;

  if (stat (path, &st) < 0)
    return;
  if ((st.st_mode & 07777) != 0666)
    say (data, mode);
  if (st.st_mtim.tv_sec != PLANTED_AT)
    say (data, times);
  if (getxattr (path, "user.probe", value, sizeof value) >= 0)
    say (data, attr);
}

void
kv_ground_look (const struct kv_ground *g, void (*say) (void *data, char *id),
                void *data)
{
  char truncated[] = "files.truncate", o_trunc[] = "files.o-trunc",
       gone[] = "files.unlink", renamed[] = "files.rename",
       made[] = "files.mkdir", keys[] = "processes.push-keys";
  struct stat st;
  int waiting = 0;

  look_at_text (g, "created", say, data);
  look_at_text (g, "file", say, data);
  look_at_metadata (g, say, data);
  if (stat (in_outside (g, "truncate-me"), &st) == 0 && st.st_size == 0) {
    say (data, truncated);
    say (data, o_trunc);
  }
  if (access (in_outside (g, "unlink-me"), F_OK) < 0)
    say (data, gone);
  if (access (in_outside (g, "renamed"), F_OK) == 0)
    say (data, renamed);
  if (access (in_outside (g, "made"), F_OK) == 0)
    say (data, made);
  if (ioctl (g->slave, FIONREAD, &waiting) == 0 && waiting > 0)
    say (data, keys);
}

/* The first address and interface besides the loopback's. */
static void
network_words (struct kv_text *t)
{
  struct ifaddrs *list = NULL, *i;
  bool interface = false, address = false;
  char host[64];

  if (getifaddrs (&list) < 0)
    return;
  for (i = list; i != NULL; i = i->ifa_next) {
    if (i->ifa_addr == NULL || (i->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    if (!interface)
      kv_text_print (t, "interface=%s\n", i->ifa_name);
    interface = true;
    if (!address && i->ifa_addr->sa_family == AF_INET
        && inet_ntop (AF_INET,
                      &((const struct sockaddr_in *) (const void *) i->ifa_addr)
                           ->sin_addr,
                      host, sizeof host)
               != NULL) {
      kv_text_print (t, "address=%s\n", host);
      address = true;
    }
  }
  freeifaddrs (list);
}

void
kv_ground_words (const struct kv_ground *g, struct kv_text *t)
{
  char boot[64] = "", name[256] = "";
  ssize_t n = kv_read_at (AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot,
                          sizeof boot);

  if (n > 0)
    boot[strcspn (boot, "\n")] = '\0';
  (void) gethostname (name, sizeof name - 1);
  kv_text_print (t, "mark=%s\nsecret=%s\nenv_secret=%s\nkey=%s\n", g->mark,
                 g->secret, g->env_secret, g->mark);
  kv_text_print (t, "outside=%s\noutside_file=%s/file\n", g->outside,
                 g->outside);
  if (g->home != NULL && access (g->home, F_OK) == 0)
    kv_text_print (t, "home=%s\nhome_entry=.%s\n", g->home, g->mark);
  if (g->in_home)
    kv_text_print (t, "home_secret=%s\n", g->home_file);
  kv_text_print (t, "tmp_file=%s\nboot_id=%s\nhostname=%s\n", g->tmp_file, boot,
                 name);
  kv_text_print (t, "canary_file=canary\ncanary=%s\nprotected=1\ntty=1\n",
                 g->mark);
  network_words (t);
}
