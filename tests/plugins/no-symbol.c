/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that is no plugin at all. */
__attribute__ ((visibility ("default"))) int some_other_library (void);

int
some_other_library (void)
{
  return 1;
}
