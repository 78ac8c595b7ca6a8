# SPDX-License-Identifier: Apache-2.0
# The seeds of every fuzz target.
. "$srcdir/tests/lib.sh"

replay ()
{
  run "$builddir/fuzz/replay_$1" "$srcdir/tests/corpus/$2"
  is "$status" 0 "$1 takes every seed of $2, whole and cut short" || show_run
}
replay policy_document policy
replay policy_text policy
replay path_rules paths
replay oci_profile seccomp
done_testing
