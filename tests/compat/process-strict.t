# SPDX-License-Identifier: Apache-2.0
# Real programs with the process backend under strict.
. "$srcdir/tests/compat/compat.sh" process strict
