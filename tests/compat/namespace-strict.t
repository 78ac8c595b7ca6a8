# SPDX-License-Identifier: Apache-2.0
# Real programs with the namespace backend under strict.
. "$srcdir/tests/compat/compat.sh" namespace strict
