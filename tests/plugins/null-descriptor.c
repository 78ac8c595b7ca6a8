/* SPDX-License-Identifier: Apache-2.0 */
#define FIXTURE_BARE
#include "fixture.h"

__attribute__ ((visibility ("default"))) const struct kavach_plugin *
kavach_plugin_entry_v1 (const struct kavach_host *host);

const struct kavach_plugin *
kavach_plugin_entry_v1 (const struct kavach_host *host)
{
  kavach = host;
  return NULL;
}
