/* SPDX-License-Identifier: Apache-2.0 */
/* Does nothing, without a dynamic linker: what is timed is the sandbox. */
int
main (void)
{
  return 0;
}
