# SPDX-License-Identifier: Apache-2.0
# Targets for libFuzzer.  `make check' replays their seeds; `make fuzz', in a
# build configured with CC=clang --enable-sanitizers=address,fuzzer-no-link
# --disable-hardening, looks for new
# inputs, FUZZ_SECONDS for each.
fuzz_targets = policy_document policy_text path_rules oci_profile
check_PROGRAMS += %D%/replay_policy_document %D%/replay_policy_text \
	%D%/replay_path_rules %D%/replay_oci_profile
noinst_HEADERS += %D%/fuzz.h
fuzz_libs = core/policy/libkvpolicy.la core/filter/libkvknown.la \
	core/util/libkvutil.la \
	core/util/libkvplaces.la $(YAJL_LIBS) $(SODIUM_LIBS)
%C%_replay_policy_document_SOURCES = %D%/policy_document.c %D%/replay.c
%C%_replay_policy_document_LDADD = $(fuzz_libs)
%C%_replay_policy_text_SOURCES = %D%/policy_text.c %D%/replay.c
%C%_replay_policy_text_LDADD = $(fuzz_libs)
%C%_replay_path_rules_SOURCES = %D%/path_rules.c %D%/replay.c
%C%_replay_path_rules_LDADD = $(fuzz_libs)
%C%_replay_oci_profile_SOURCES = %D%/oci_profile.c %D%/replay.c
%C%_replay_oci_profile_LDADD = core/filter/libkvoci.la $(fuzz_libs)
tap_tests += %D%/replay.t
EXTRA_DIST += tests/corpus/paths

# The same objects with libFuzzer's main instead of replay.c's.
fuzz_programs = %D%/fuzz_policy_document %D%/fuzz_policy_text \
	%D%/fuzz_path_rules %D%/fuzz_oci_profile
EXTRA_PROGRAMS += $(fuzz_programs)
%C%_fuzz_policy_document_SOURCES = %D%/policy_document.c
%C%_fuzz_policy_document_LDADD = $(fuzz_libs)
%C%_fuzz_policy_document_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_policy_text_SOURCES = %D%/policy_text.c
%C%_fuzz_policy_text_LDADD = $(fuzz_libs)
%C%_fuzz_policy_text_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_path_rules_SOURCES = %D%/path_rules.c
%C%_fuzz_path_rules_LDADD = $(fuzz_libs)
%C%_fuzz_path_rules_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_oci_profile_SOURCES = %D%/oci_profile.c
%C%_fuzz_oci_profile_LDADD = core/filter/libkvoci.la $(fuzz_libs)
%C%_fuzz_oci_profile_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

FUZZ_SECONDS = 60
.PHONY: fuzz
fuzz: $(fuzz_programs)
	@for t in $(fuzz_targets); do \
	  case $$t in policy_*) seeds=policy ;; path_rules) seeds=paths ;; \
	  *) seeds=seccomp ;; esac; \
	  $(MKDIR_P) %D%/found/$$t && find $(srcdir)/tests/corpus/$$seeds \
	    -type f -size -64k -exec cp {} %D%/found/$$t/ ';' && \
	  echo "== $$t" && %D%/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) \
	    -max_len=65536 -timeout=10 -artifact_prefix=%D%/ %D%/found/$$t \
	    2>&1 | tail -n 3 || exit 1; \
	done
