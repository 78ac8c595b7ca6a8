/* SPDX-License-Identifier: Apache-2.0 */
/* What is no JSON, told to a person: where, and what to do about it. */
#include "config.h"

#include <string.h>

#include "core/policy/document_private.h"
#include "core/util/cleanup.h"

/* Which place yajl's complaint is about. */
enum where { TOKEN, HERE };

static const struct {
  /* A part of yajl's text. */
  const char *said;
  enum where where;
  const char *text;
} sentences[] = {
  { "must be a string", TOKEN,
    "a key is missing here; keys are strings in double quotes, and no comma "
    "stands behind the last member" },
  { "separated by a colon", TOKEN,
    "a colon is missing before this; \"key\": value" },
  { "after key and value", TOKEN,
    "a comma or the closing } is missing before this; members stand between "
    "commas" },
  { "after array element", TOKEN,
    "a comma or the closing ] is missing before this; values stand between "
    "commas" },
  { "trailing garbage", TOKEN,
    "the document is over before this; take away what follows its last }" },
  { "occurs before a character", HERE,
    "a backslash before a character that needs none; write \\\\ for a "
    "backslash" },
  { "invalid character inside", HERE,
    "a control character in a string; write \\n for a line end, \\t for a "
    "tab" },
  { "non-hex", HERE, "\\u has four hexadecimal digits; \\u00e9" },
  { "probable comment", HERE, "JSON has no comments; take it away" },
  { "digit is required", TOKEN,
    "a number that lacks a digit; digits stand behind a minus sign, a point "
    "and an exponent" },
  { "invalid string", TOKEN,
    "a word that JSON does not have; true, false, null, or a string in double "
    "quotes" },
};

static const char *
bad_character (unsigned char first)
{
  if (first == '\'')
    return "a single quote; strings stand in double quotes";
  if (first == '#')
    return "JSON has no comments; take it away";
  if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')
      || first == '_')
    return "a bare word; strings stand in double quotes";
  if (first == 0xef)
    return "a byte order mark, or a character that stands in no string; save "
           "the file as UTF-8 without one";
  return "a character that cannot stand here; JSON is made of {} [] , : "
         "strings in double quotes, numbers, true, false and null";
}

static const char *
bad_token (const struct kv_scan *scan)
{
  if (scan->in_token && (scan->first == ']' || scan->first == '}'))
    return "a value is missing before this; no comma stands behind the last "
           "one";
  return "a value is missing before this; one stands between two commas and "
         "behind each colon";
}

static void
end_of_file (struct kv_parser *r)
{
  struct kv_position open;

  if (r->depth == 0) {
    kv_fault (r, r->scan.next, "KVD-02",
              "the file has no document; the least is %s", r->least);
    return;
  }
  open = r->opened[r->depth - 1];
  if (r->scan.in_token && r->scan.first == '"') {
    kv_fault (r, r->scan.token, "KVD-02",
              "the file ends within this string; the closing quote is "
              "missing");
    return;
  }
  kv_fault (r, r->scan.next, "KVD-02",
            "the file ends too early; what was opened at %u:%u is not closed",
            open.line, open.column);
}

/* The token that yajl did not want: one that is under way, a comma or a colon,
 * or one that yajl has put back. */
static struct kv_position
unwanted (const struct kv_scan *scan)
{
  if (scan->in_token)
    return scan->token;
  return scan->after_separator ? scan->separator : scan->next;
}

static void
explain (struct kv_parser *r, const char *said, bool at_end)
{
  struct kv_scan *scan = &r->scan;
  struct kv_position at = unwanted (scan);
  size_t i;

  if (at_end && strstr (said, "premature EOF") != NULL) {
    end_of_file (r);
    return;
  }
  if (strstr (said, "unallowed token") != NULL) {
    kv_fault (r, at, "KVD-02", "%s", bad_token (scan));
    return;
  }
  if (strstr (said, "invalid char in json") != NULL) {
    kv_fault (r, at, "KVD-02", "%s", bad_character (scan->first));
    return;
  }
  for (i = 0; i < KV_COUNT (sentences); i++)
    if (strstr (said, sentences[i].said) != NULL) {
      kv_fault (r, sentences[i].where == HERE ? scan->next : at, "KVD-02", "%s",
                sentences[i].text);
      return;
    }
  kv_fault (r, at, "KVD-02", "%.*s; JSON is wanted", (int) strcspn (said, "\n"),
            said);
}

void
kv_syntax_fault (struct kv_parser *r, bool at_end)
{
  unsigned char *said = yajl_get_error (r->yajl, 0, NULL, 0);

  explain (r, said != NULL ? (const char *) said : "this is no JSON", at_end);
  if (said != NULL)
    yajl_free_error (r->yajl, said);
}
