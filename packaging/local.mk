# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += \
	%D%/README.md \
	%D%/apparmor/kavach-shim \
	plugins/oci/README.md

if BASH_COMPLETION
dist_bashcomp_DATA += completions/kavach.bash
endif
EXTRA_DIST += completions/kavach.bash
