/* SPDX-License-Identifier: Apache-2.0 */
/* What the strings of a policy document have to look like. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/policy/document_key.h"
#include "core/policy/internal.h"
#include "core/util/parse.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define WORD_CHARACTERS LOWER UPPER DIGITS "_-"

/* Are all of TEXT, and at least one, among CHARACTERS? */
static bool
consists_of (const char *text, const char *characters)
{
  return *text != '\0' && text[strspn (text, characters)] == '\0';
}

static bool
path_fits (const char *text)
{
  if (text[0] == '~')
    return text[1] == '\0' || text[1] == '/';
  return text[0] != '\0';
}

const struct kv_form kv_form_path = {
  .pattern = "^(~$|~/|[^~])",
  .fits = path_fits,
  .right = "a path: absolute, relative, or beneath ~/",
};

static bool
root_fits (const char *text)
{
  return strcmp (text, "host") == 0 || strcmp (text, "empty") == 0
         || (strncmp (text, "dir:", 4) == 0 && text[4] != '\0')
         || (strncmp (text, "image:", 6) == 0 && text[6] != '\0');
}

const struct kv_form kv_form_root = {
  .pattern = "^(host$|empty$|dir:.|image:.)",
  .fits = root_fits,
  .right = "host, empty, dir:PATH or image:REFERENCE",
};

static bool
file_fits (const char *text)
{
  size_t length = strlen (text);

  return strchr (text, '/') != NULL
         || (length >= 5 && strcmp (text + length - 5, ".json") == 0);
}

const struct kv_form kv_form_file = {
  .pattern = "/|\\.json$",
  .fits = file_fits,
  .right = "a file, with a slash or with .json at its end",
};

static bool
host_fits (const char *text)
{
  struct in6_addr address;

  if (inet_pton (AF_INET6, text, &address) == 1)
    return true;
  if (strncmp (text, "*.", 2) == 0)
    text += 2;
  for (;;) {
    size_t length = strspn (text, WORD_CHARACTERS);

    if (length == 0)
      return false;
    if (text[length] == '\0')
      return true;
    if (text[length] != '.')
      return false;
    text += length + 1;
  }
}

const struct kv_form kv_form_host = {
  .pattern = "^([*]\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$"
             "|^[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$",
  .longest = 253,
  .fits = host_fits,
  .right = "a host without scheme, port and path: example.org, "
           "*.example.org, an address",
};

/* A star anywhere else would be a pattern that people read in three ways. */
static bool
url_path_fits (const char *text)
{
  size_t before = strcspn (text, "*?#");

  return text[0] == '/'
         && (text[before] == '\0'
             || (text[before] == '*' && text[before + 1] == '\0'));
}

const struct kv_form kv_form_url_path = {
  .pattern = "^/[^*?#]*[*]?$",
  .fits = url_path_fits,
  .right = "a path of the host, from a slash on, * only at its end: /v1/*",
};

static bool
syscall_fits (const char *text)
{
  return consists_of (text + (text[0] == '@'), LOWER DIGITS "_-");
}

const struct kv_form kv_form_syscall = {
  .pattern = "^@?[a-z0-9_-]+$",
  .fits = syscall_fits,
  .right = "a system call's name, or a group's with @ before it",
};

static bool
variable_fits (const char *text)
{
  return kv_is_variable (text, strlen (text));
}

const struct kv_form kv_form_variable = {
  .pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
  .fits = variable_fits,
  .right = "a variable's name: letters, digits and _, no digit first",
};

static bool
pass_fits (const char *text)
{
  size_t length = strlen (text);

  return kv_is_variable (text,
                         length - (length > 1 && text[length - 1] == '*'));
}

const struct kv_form kv_form_pass = {
  .pattern = "^[A-Za-z_][A-Za-z0-9_]*[*]?$",
  .fits = pass_fits,
  .right = "a variable's name, the beginning of several as in LC_*, or any",
};

const struct kv_form kv_form_hostname = {
  .pattern = "^[A-Za-z0-9][A-Za-z0-9.-]*$",
  .longest = KV_HOSTNAME_MAX,
  .fits = kv_is_hostname,
  .right = "a host's name: letters, digits, - and ., at most 63",
};

static bool
source_fits (const char *text)
{
  size_t length = strspn (text, LOWER DIGITS "+.-");

  return text[0] >= 'a' && text[0] <= 'z' && text[length] == ':'
         && text[length + 1] != '\0';
}

const struct kv_form kv_form_source = {
  .pattern = "^[a-z][a-z0-9+.-]*:.",
  .fits = source_fits,
  .right = "a scheme, a colon and what it names: file:~/.token",
};

static bool
header_fits (const char *text)
{
  return consists_of (text, WORD_CHARACTERS);
}

const struct kv_form kv_form_header = {
  .pattern = "^[A-Za-z0-9_-]+$",
  .fits = header_fits,
  .right = "a header's name: Authorization",
};

/* A line end would begin a header that nobody declared. */
static bool
format_fits (const char *text)
{
  size_t before = strcspn (text, "{}\r\n");

  return text[before] == '{' && text[before + 1] == '}'
         && text[before + 2 + strcspn (text + before + 2, "{}\r\n")] == '\0';
}

const struct kv_form kv_form_format = {
  .pattern = "^[^{}\r\n]*[{][}][^{}\r\n]*$",
  .fits = format_fits,
  .right = "one line with {} once, where the value goes: Bearer {}",
};

static bool
plugin_fits (const char *text)
{
  return text[0] >= 'a' && text[0] <= 'z'
         && consists_of (text, LOWER DIGITS "-");
}

const struct kv_form kv_form_plugin = {
  .pattern = "^[a-z][a-z0-9-]*$",
  .longest = 32,
  .fits = plugin_fits,
  .right = "a plugin's name: lower-case letters, digits and -, a letter "
           "first, at most 32",
};

static bool
size_fits (const char *text)
{
  uint64_t value;

  return strcmp (text, "none") == 0 || kv_parse_size (text, &value) == 0;
}

const struct kv_form kv_form_size = {
  .pattern = "^([0-9]+[KMGTkmgt]?|none)$",
  .fits = size_fits,
  .right = "a whole number with K, M, G or T",
};

static bool
time_fits (const char *text)
{
  uint64_t value;

  return strcmp (text, "none") == 0 || kv_parse_duration (text, &value) == 0;
}

const struct kv_form kv_form_time = {
  .pattern = "^([0-9]+(ms|s|m|h|d)?|none)$",
  .fits = time_fits,
  .right = "a whole number with ms, s, m, h or d",
};
