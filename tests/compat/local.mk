# SPDX-License-Identifier: Apache-2.0
tap_tests += \
	%D%/namespace-basic.t \
	%D%/namespace-strict.t \
	%D%/process-basic.t \
	%D%/process-strict.t
EXTRA_DIST += %D%/compat.sh %D%/refusals %D%/tools.sh
