/* SPDX-License-Identifier: Apache-2.0 */
/* As much of JSON Schema 2020-12 as the shipped schema uses; a keyword that is
 * not known here fails the test. */
#ifndef KV_TEST_SCHEMA_H
#define KV_TEST_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <yajl/yajl_tree.h>

/* doc/kavach-policy.schema.json, to be freed with yajl_tree_free. */
yajl_val kv_schema_load (void);
/* NULL when OBJECT has no such member. */
yajl_val kv_schema_member (yajl_val object, const char *key);
/* WHY says what was first found wrong. */
bool kv_schema_takes (yajl_val schema, yajl_val value, char *why, size_t size);

#endif
