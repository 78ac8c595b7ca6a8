# SPDX-License-Identifier: Apache-2.0
tap_tests += \
	%D%/kill.t \
	%D%/leave.t \
	%D%/limits.t \
	%D%/nocase.t \
	%D%/own.t \
	%D%/signals.t \
	%D%/stdio.t

EXTRA_DIST += %D%/nocase_fs.py

# It counts what all runs of kavach leave on this machine, so it comes last.
%D%/leave.log: $(filter-out %D%/leave.log,$(TEST_LOGS))
