# SPDX-License-Identifier: Apache-2.0
# Manual pages are committed as they are installed; no tool is needed.
dist_man_MANS += \
	%D%/kavach.1 \
	%D%/kavach.7 \
	%D%/kavach-manifest.5 \
	%D%/kavach-score.7 \
	%D%/kavach-verify.1 \
	%D%/kavach-policy.5 \
	%D%/kavach-plugin.3

# For editors and whatever else checks a policy file without kavach.
schemadir = $(datadir)/kavach
dist_schema_DATA = %D%/kavach-policy.schema.json

# Ready policies, to copy or to extend.
policiesdir = $(docdir)/policies
dist_policies_DATA = \
	%D%/policies/README.md \
	%D%/policies/agent.json \
	%D%/policies/c-grader.json \
	%D%/policies/cargo-build.json \
	%D%/policies/ci-job.json \
	%D%/policies/database-import.json \
	%D%/policies/ffmpeg.json \
	%D%/policies/jupyter-kernel.json \
	%D%/policies/mcp-server.json \
	%D%/policies/npm-install.json \
	%D%/policies/python-script.json

EXTRA_DIST += \
	CONTRIBUTING.md README.md SECURITY.md \
	%D%/codes.md \
	%D%/controls.md \
	%D%/decisions.md \
	%D%/dependencies.md \
	%D%/protocol.md

tap_tests += tests/man.t tests/completion.t
