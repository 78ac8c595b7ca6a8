/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "launcher/launcher.h"

int
main (int argc, char **argv)
{
  return kv_launcher_main (argc, argv);
}
