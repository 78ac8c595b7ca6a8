# SPDX-License-Identifier: Apache-2.0
# The policies of doc/policies, each with the real program it is for.
tap_tests += \
	%D%/python-script.t
EXTRA_DIST += %D%/policies.sh
