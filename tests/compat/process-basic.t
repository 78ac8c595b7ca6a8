# SPDX-License-Identifier: Apache-2.0
# Real programs with the process backend under basic.
. "$srcdir/tests/compat/compat.sh" process basic
