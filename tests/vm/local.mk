# SPDX-License-Identifier: Apache-2.0
# A machine with cgroup v2: minutes, not seconds, and its image needs root and
# a Debian mirror the first time.  So it is no part of "make check".
EXTRA_DIST += \
	%D%/guest/all.sh \
	%D%/guest/cases.sh \
	%D%/guest/initramfs \
	%D%/guest/kavach-vm.service \
	%D%/image.sh \
	%D%/run.sh

check-vm: %D%/.check-vm
%D%/.check-vm: stage tests/kavach tests/limit/groups
	$(AM_V_at)$(MKDIR_P) %D%
	builddir='$(abs_builddir)' KAVACH='$(abs_builddir)/tests/kavach' \
	  KAVACH_STAGE='$(abs_builddir)/stage' \
	  bash '$(srcdir)/%D%/run.sh'
.PHONY: check-vm %D%/.check-vm
