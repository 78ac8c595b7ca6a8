/* SPDX-License-Identifier: Apache-2.0 */
/* The host's folders that a program needs to run at all, and what lies
 * beneath them and is nobody's business. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* Never /boot /home /root /run /sys /tmp /mnt /media /srv /var/log: a program
 * runs without them, and they hold what belongs to people and services. */
static const char *const folders[] = {
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc",
  "/opt",
  /* Where other distributions keep what others have in /usr. */
  "/nix/store",
  "/gnu/store",
  /* Package status for build tools; caches that are read in place. */
  "/var/lib/dpkg",
  "/var/lib/rpm",
  "/var/lib/ghc",
  "/var/lib/texmf",
  "/var/cache/fontconfig",
};

/* Readable for root (and some for a group), by their own mode.  A caller who
 * cannot read one needs no rule: inside it has no more rights.  What is not
 * on the list is kept by its mode only, which under root's process backend is
 * not enough: that is one reason for the ceiling there. */
static const char *const secrets[] = {
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/sudoers",
  "/etc/sudoers.d",
  "/etc/doas.conf",
  "/etc/security/opasswd",
  "/etc/ssh/ssh_host_rsa_key",
  "/etc/ssh/ssh_host_ecdsa_key",
  "/etc/ssh/ssh_host_ed25519_key",
  "/etc/ssh/ssh_host_dsa_key",
  "/etc/ssl/private",
  "/etc/pki/tls/private",
  "/etc/letsencrypt",
  "/etc/krb5.keytab",
  "/etc/ipsec.secrets",
  "/etc/ipsec.d/private",
  "/etc/swanctl/private",
  "/etc/wireguard",
  "/etc/openvpn",
  "/etc/ppp/chap-secrets",
  "/etc/ppp/pap-secrets",
  "/etc/NetworkManager/system-connections",
  "/etc/wpa_supplicant",
  "/etc/netplan",
  "/etc/iwd",
  "/etc/samba/private",
  "/etc/postfix/sasl_passwd",
  "/etc/exim4/passwd.client",
  "/etc/mysql/debian.cnf",
  "/etc/kubernetes",
  "/etc/rancher",
  "/etc/docker",
  "/etc/crypttab",
  "/etc/luks-keys",
  "/etc/apt/auth.conf",
  "/etc/apt/auth.conf.d",
  "/etc/kavach",
};

/* "usr/bin" in "/bin" is in a folder that is granted: no need to ask. */
static bool
is_plain_target (const struct kv_resolve *r, const char *target)
{
  char path[PATH_MAX];
  int n = snprintf (path, sizeof path, "/%s", target);

  return n > 0 && (size_t) n < sizeof path && target[0] != '/'
         && strstr (target, "..") == NULL
         && kv_rules_find (r->policy, path) != NULL;
}

static int
add_folder (struct kv_resolve *r, const char *path)
{
  kv_autofree char *real = NULL;
  char target[PATH_MAX];
  struct stat st;
  ssize_t n = readlink (path, target, sizeof target - 1);

  if (n < 0) {
    /* EINVAL: it is there and no link. */
    if (errno != EINVAL)
      return 0;
    return kv_rule_add (r, path, KV_RX, 0, r->root_origin);
  }
  target[n] = '\0';
  if (kv_link_add (r, path, target) < 0)
    return -1;
  if (strchr (path + 1, '/') == NULL && is_plain_target (r, target))
    return 0;
  real = kv_canonical (path, &st);
  if (real == NULL || kv_rules_find (r->policy, real) != NULL)
    return 0;
  return kv_rule_add (r, real, KV_RX, 0, r->root_origin);
}

static int
hide_secret (struct kv_resolve *r, const char *path)
{
  kv_autofree char *real = NULL;
  char target[4];
  struct stat st;

  /* A folder that cannot be listed gives what it holds to whoever knows the
   * name. */
  if (access (path, R_OK) < 0 && access (path, X_OK) < 0)
    return 0;
  if (readlink (path, target, sizeof target) < 0)
    return kv_rule_add (r, path, 0, 0, r->root_origin);
  real = kv_canonical (path, &st);
  if (real == NULL || kv_rules_find (r->policy, real) == NULL)
    return 0;
  return kv_rule_add (r, real, 0, 0, r->root_origin);
}

/* resolv.conf is often a link into /run; without it names do not resolve. */
static int
add_resolver (struct kv_resolve *r)
{
  kv_autofree char *real = NULL;
  struct stat st;

  if (r->policy->net != KV_NET_HOST)
    return 0;
  real = kv_canonical ("/etc/resolv.conf", &st);
  if (real == NULL || !S_ISREG (st.st_mode)
      || kv_rules_find (r->policy, real) != NULL)
    return 0;
  return kv_rule_add (r, real, KV_ACCESS_READ, 0, r->policy->net_origin);
}

int
kv_resolve_system (struct kv_resolve *r)
{
  size_t i;

  if (!r->confined)
    return kv_rule_add (r, "/",
                        r->any_write ? KV_RWX | KV_ACCESS_DEVICE : KV_RX, 0,
                        r->root_origin);
  if (r->policy->root != KV_ROOT_HOST)
    return 0;
  for (i = 0; i < KV_COUNT (folders); i++)
    if (add_folder (r, folders[i]) < 0)
      return -1;
  for (i = 0; i < KV_COUNT (secrets); i++)
    if (hide_secret (r, secrets[i]) < 0)
      return -1;
  return add_resolver (r);
}

/* A slash comes before every other byte: what is in a folder follows it. */
static int
by_tree (const void *a, const void *b)
{
  const char *x = ((const struct kv_system_path *) a)->path;
  const char *y = ((const struct kv_system_path *) b)->path;

  while (*x == *y && *x != '\0') {
    x++;
    y++;
  }
  return (*x == '/' ? 1 : (unsigned char) *x)
         - (*y == '/' ? 1 : (unsigned char) *y);
}

const struct kv_system_path *
kv_system_paths (unsigned *count)
{
  static struct kv_system_path paths[KV_COUNT (folders) + KV_COUNT (secrets)];
  size_t i;

  *count = KV_COUNT (paths);
  if (paths[0].path != NULL)
    return paths;
  for (i = 0; i < KV_COUNT (paths); i++) {
    bool secret = i >= KV_COUNT (folders);

    paths[i].path = secret ? secrets[i - KV_COUNT (folders)] : folders[i];
    paths[i].length = strlen (paths[i].path);
    paths[i].secret = secret;
  }
  qsort (paths, KV_COUNT (paths), sizeof paths[0], by_tree);
  return paths;
}

bool
kv_system_owns (const char *path)
{
  /* Containers keep their application here, and people their sources. */
  static const char *const work[]
      = { "/usr/src", "/usr/local/src", "/opt", "/nix/store", "/gnu/store" };
  static const char *const inside[] = { "/proc", "/sys", "/dev", "/boot" };
  size_t i;

  for (i = 0; i < KV_COUNT (inside); i++)
    if (kv_path_beneath (path, inside[i]))
      return true;
  for (i = 0; i < KV_COUNT (work); i++)
    if (kv_path_beneath (path, work[i]))
      return strcmp (path, work[i]) == 0;
  for (i = 0; i < KV_COUNT (folders); i++)
    if (kv_path_beneath (folders[i], path)
        || kv_path_beneath (path, folders[i]))
      return true;
  return false;
}
