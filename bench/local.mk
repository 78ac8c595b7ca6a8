# SPDX-License-Identifier: Apache-2.0
# make bench: cold start of whole sandboxes side by side.  ROUNDS, GAP (ms)
# and SECONDS_EACH are taken from the environment.
# bench/policy: what reading a policy and comparing two of them take.
EXTRA_PROGRAMS += %D%/interleave %D%/linked %D%/payload %D%/policy
%C%_interleave_SOURCES = %D%/interleave.c
%C%_interleave_LDADD =
# The payload as a program that links the C library and nothing else.
%C%_linked_SOURCES = %D%/payload.c
%C%_linked_LDADD =
%C%_payload_SOURCES = %D%/payload.c
%C%_payload_LDADD =
%C%_payload_LDFLAGS = $(AM_LDFLAGS) -all-static
%C%_policy_SOURCES = %D%/policy.c
%C%_policy_LDADD = \
	core/policy/libkvpolicy.la core/filter/libkvknown.la \
	core/wire/libkvwire.la core/util/libkvutil.la \
	core/util/libkvplaces.la $(YAJL_LIBS) $(SODIUM_LIBS)
CLEANFILES += %D%/policy$(EXEEXT) %D%/interleave$(EXEEXT) %D%/linked$(EXEEXT) \
	%D%/payload$(EXEEXT)
dist_check_SCRIPTS += %D%/cold.sh

.PHONY: bench
bench: stage tests/kavach$(EXEEXT) %D%/interleave$(EXEEXT) \
    %D%/linked$(EXEEXT) %D%/payload$(EXEEXT) %D%/policy$(EXEEXT)
	%D%/policy$(EXEEXT)
	builddir='$(abs_builddir)' KAVACH='$(abs_builddir)/tests/kavach' \
	KAVACH_STAGE='$(abs_builddir)/stage' \
	  bash $(srcdir)/%D%/cold.sh
