# SPDX-License-Identifier: Apache-2.0
tap_tests += \
	%D%/codes.t \
	%D%/keys.t \
	%D%/next_run.t \
	%D%/options.t \
	%D%/policy.t \
	%D%/policy_diff.t \
	%D%/policy_show.t \
	%D%/refusal.t \
	%D%/report.t \
	%D%/site.t \
	%D%/status.t \
	%D%/syscalls.t
