/* SPDX-License-Identifier: Apache-2.0 */
/* Made for an ABI that is still to come. */
#define FIXTURE_BARE
#include "fixture.h"

__attribute__ ((visibility ("default"))) const void *
kavach_plugin_entry_v2 (const void *host);

const void *
kavach_plugin_entry_v2 (const void *host)
{
  kavach = host;
  return NULL;
}
