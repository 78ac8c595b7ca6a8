/* SPDX-License-Identifier: Apache-2.0 */
/* Machine-readable output: one JSON object a document, whose first member is
 * the schema's version, {"kavach": 1, ...}.
 *
 *   struct kv_json j;
 *
 *   kv_json_begin (&j);
 *   kv_json_string (&j, "backend", "namespace");
 *   kv_json_open_array (&j, "controls");
 *   kv_json_open_map (&j, NULL);
 *   kv_json_close (&j);
 *   kv_json_close (&j);
 *   if (kv_json_end (&j, stdout) < 0)
 *     ...
 *
 * Faults are remembered and reported once, by kv_json_end.  KEY is NULL
 * inside an array.  Link libkvjson and YAJL_LIBS.
 */
#ifndef KV_JSON_OUT_H
#define KV_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KV_JSON_SCHEMA 1
#define KV_JSON_DEPTH 31

struct kv_json {
  /* A yajl_gen; NULL when there was no memory. */
  struct yajl_gen_t *gen;
  bool failed;
  unsigned depth;
  /* Bit N: what is open at depth N is an array. */
  uint32_t arrays;
};

void kv_json_begin (struct kv_json *j);
void kv_json_open_map (struct kv_json *j, const char *key);
void kv_json_open_array (struct kv_json *j, const char *key);
/* Closes what was opened last. */
void kv_json_close (struct kv_json *j);

/* NULL is written as null.  Bytes that are not UTF-8 appear as \xNN. */
void kv_json_string (struct kv_json *j, const char *key, const char *value);
void kv_json_number (struct kv_json *j, const char *key, int64_t value);
/* THOUSANDTHS of a unit, as a decimal fraction without rounding. */
void kv_json_milli (struct kv_json *j, const char *key, uint64_t thousandths);
void kv_json_bool (struct kv_json *j, const char *key, bool value);

/* Closes everything, writes the document and a newline to OUT and flushes
 * it, unless OUT is NULL; frees what J holds.  0, or -1 when anything in the
 * document or its writing failed: then nothing may be relied on. */
int kv_json_end (struct kv_json *j, FILE *out);

#endif
