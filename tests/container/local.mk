# SPDX-License-Identifier: Apache-2.0
tap_tests += %D%/container.t
EXTRA_DIST += %D%/seccomp.json
