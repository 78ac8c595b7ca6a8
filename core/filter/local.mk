# SPDX-License-Identifier: Apache-2.0
# What calls there are and how far the profiles open them: data, for whoever
# asks.  Whoever links it needs libkvutil as well.
filter_tables = \
	%D%/calls.h \
	%D%/fault.h \
	%D%/groups.c %D%/groups.h %D%/groups_list.c \
	%D%/costs.c \
	%D%/known.c %D%/known.h \
	%D%/table.c %D%/table.h \
	%D%/table_files.c %D%/table_ipc.c %D%/table_kernel.c \
	%D%/table_memory.c %D%/table_network.c %D%/table_ports.c \
	%D%/table_process.c %D%/table_time.c \
	%D%/words.c
noinst_LTLIBRARIES += %D%/libkvknown.la
%C%_libkvknown_la_SOURCES = $(filter_tables) \
	core/policy/nearest.c core/policy/nearest.h

# Seccomp files, read without libseccomp.  Whoever links it also links
# $(YAJL_LIBS).
noinst_LTLIBRARIES += %D%/libkvoci.la
%C%_libkvoci_la_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
%C%_libkvoci_la_SOURCES = \
	%D%/oci_event.c %D%/oci_keys.c %D%/oci_private.h \
	%D%/oci_profile.c %D%/oci_profile.h %D%/oci_value.c \
	%D%/seccomp_file.c %D%/seccomp_file.h \
	core/policy/document_fault.c core/policy/document_feed.c \
	core/policy/document_scan.c core/policy/document_syntax.c \
	core/policy/nearest.c

# The launcher's side, without libseccomp.
noinst_LTLIBRARIES += %D%/libkvfilter.la
%C%_libkvfilter_la_SOURCES = \
	%D%/cache.c %D%/cache.h \
	%D%/filter.h %D%/filter_client.c \
	%D%/spec.c %D%/spec.h

# The compiler's side.
filter_compiler_sources = \
	%D%/compile.c %D%/compile.h \
	%D%/compile_file.c %D%/compile_private.h \
	%D%/guard.h %D%/guards.c \
	%D%/link.c %D%/link.h \
	%D%/print.c \
	%D%/rules_files.c %D%/rules_network.c %D%/rules_process.c \
	%D%/shrink.c %D%/shrink.h \
	%D%/verdict.c

kavachlibexec_PROGRAMS += %D%/kavach-filter
%C%_kavach_filter_SOURCES = \
	%D%/main.c %D%/spec.c %D%/spec.h $(filter_compiler_sources)
%C%_kavach_filter_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
%C%_kavach_filter_LDADD = %D%/libkvoci.la %D%/libkvknown.la \
	core/util/libkvutil.la $(SECCOMP_LIBS) $(YAJL_LIBS)

# Names a build's tables, so that a cached program of other tables is never
# taken for one of these.
nodist_noinst_HEADERS = %D%/digest.h
CLEANFILES += %D%/digest.h
%D%/digest.h: $(filter_compiler_sources) $(filter_tables)
	$(AM_V_GEN)$(MKDIR_P) %D%
	$(AM_V_at)id=`cat $^ | cksum | tr ' ' -` && \
	  printf '#define KV_FILTER_TABLES "%s"\n' "$$id" >$@.tmp && \
	  mv $@.tmp $@
%D%/filter_client.lo %D%/kavach_filter-main.$(OBJEXT): %D%/digest.h

# The compiler with faults that a test can plant.
check_LTLIBRARIES += %D%/libkvfilterfault.la
%C%_libkvfilterfault_la_SOURCES = $(filter_compiler_sources)
%C%_libkvfilterfault_la_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FILTER_FAULT

unit_tests += tests/unit/filter
tests_unit_filter_SOURCES = \
	tests/unit/filter.c \
	tests/filter/expected.c tests/filter/machine.c tests/filter/machine.h
tests_unit_filter_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FILTER_FAULT
tests_unit_filter_LDADD = \
	%D%/libkvfilterfault.la %D%/libkvfilter.la %D%/libkvoci.la %D%/libkvknown.la \
	core/util/libkvutil.la core/util/libkvplaces.la \
	$(CRITERION_LIBS) $(SECCOMP_LIBS) $(SODIUM_LIBS) $(YAJL_LIBS)

unit_tests += tests/unit/filter_words
tests_unit_filter_words_SOURCES = \
	tests/unit/filter_words.c tests/filter/machine.c tests/filter/machine.h
tests_unit_filter_words_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FILTER_FAULT
tests_unit_filter_words_LDADD = $(tests_unit_filter_LDADD)

unit_tests += tests/unit/filter_file
tests_unit_filter_file_SOURCES = \
	tests/unit/filter_file.c tests/unit/corpus.c tests/unit/corpus.h \
	tests/filter/machine.c tests/filter/machine.h
tests_unit_filter_file_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FILTER_FAULT
tests_unit_filter_file_LDADD = $(tests_unit_filter_LDADD)

unit_tests += tests/unit/oci_profile
tests_unit_oci_profile_SOURCES = tests/unit/oci_profile.c \
	tests/unit/corpus.c tests/unit/corpus.h
tests_unit_oci_profile_LDADD = \
	%D%/libkvoci.la %D%/libkvknown.la core/util/libkvutil.la \
	$(CRITERION_LIBS) $(YAJL_LIBS)
EXTRA_DIST += tests/corpus/seccomp

unit_tests += tests/unit/known
tests_unit_known_LDADD = \
	%D%/libkvknown.la core/util/libkvutil.la $(CRITERION_LIBS)

unit_tests += tests/unit/filter_get
tests_unit_filter_get_SOURCES = \
	tests/unit/filter_get.c %D%/filter_client.c
tests_unit_filter_get_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FILTER_DEADLINE_MS=400
tests_unit_filter_get_LDADD = \
	%D%/libkvfilter.la %D%/libkvoci.la %D%/libkvknown.la \
	core/util/libkvutil.la $(CRITERION_LIBS) $(SODIUM_LIBS) $(YAJL_LIBS)
%D%/tests_unit_filter_get-filter_client.$(OBJEXT): %D%/digest.h

stage_probes += tests/filter/under
tap_tests += tests/filter/doc.t tests/filter/file.t tests/filter/tools.t
EXTRA_DIST += doc/filter.md
