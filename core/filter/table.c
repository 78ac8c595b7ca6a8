/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/filter/table.h"

const struct kv_table *const kv_tables[] = {
  &kv_table_files,  &kv_table_process, &kv_table_network,
  &kv_table_memory, &kv_table_time,    &kv_table_ipc,
  &kv_table_kernel, &kv_table_ports,   NULL,
};

const struct kv_row *
kv_table_find (const char *name)
{
  size_t i, j;

  for (i = 0; kv_tables[i] != NULL; i++)
    for (j = 0; j < kv_tables[i]->n_rows; j++)
      if (strcmp (kv_tables[i]->rows[j].name, name) == 0)
        return &kv_tables[i]->rows[j];
  return NULL;
}
