# SPDX-License-Identifier: Apache-2.0
# The policies of doc/policies, each with the real program that it is for.
tap_tests += \
	%D%/agent.t \
	%D%/c-grader.t \
	%D%/cargo-build.t \
	%D%/ci-job.t \
	%D%/database-import.t \
	%D%/ffmpeg.t \
	%D%/jupyter-kernel.t \
	%D%/mcp-server.t \
	%D%/npm-install.t \
	%D%/policies.t \
	%D%/python-script.t
EXTRA_DIST += %D%/policies.sh
