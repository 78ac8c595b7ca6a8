# SPDX-License-Identifier: Apache-2.0
# Real programs with the namespace backend under basic.
. "$srcdir/tests/compat/compat.sh" namespace basic
