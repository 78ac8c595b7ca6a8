# SPDX-License-Identifier: Apache-2.0
# The road of one exec request.
noinst_LTLIBRARIES += %D%/libkvexec.la
%C%_libkvexec_la_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
%C%_libkvexec_la_SOURCES = \
	%D%/assess.c %D%/assess.h \
	%D%/audit.c \
	%D%/confine.c \
	%D%/credential.c \
	%D%/express.c %D%/express.h \
	%D%/gate_check.c \
	%D%/grants.c %D%/grants.h \
	%D%/grants_own_root.c %D%/grants_shared_root.c \
	%D%/meet.c \
	%D%/plan.c %D%/plan.h \
	%D%/print_plan.c \
	%D%/private.c %D%/private.h \
	%D%/rank.c %D%/rank.h \
	%D%/read_back.h \
	%D%/ready.c \
	%D%/read_back_mounts.c %D%/read_back_namespaces.c \
	%D%/read_back_process.c \
	%D%/report.c %D%/report.h \
	%D%/request.c \
	%D%/require.c \
	%D%/road.c %D%/run.h \
	%D%/score_gate.c %D%/score_gate.h \
	%D%/select.c \
	%D%/shape.c %D%/shape.h \
	%D%/signals.c %D%/signals.h \
	%D%/spawn.c %D%/spawn.h \
	%D%/stdio.c %D%/stdio.h \
	%D%/supervise.c

unit_tests += tests/unit/grants
tests_unit_grants_LDADD = \
	%D%/libkvexec.la core/loader/libkvloader.la core/limit/libkvlimit.la \
	core/filter/libkvfilter.la core/score/libkvscore.la \
	core/policy/libkvpolicy.la core/filter/libkvoci.la \
	core/filter/libkvknown.la \
	core/wire/libkvwire.la \
	core/util/libkvjson.la core/util/libkvutil.la \
	core/util/libkvplaces.la $(CRITERION_LIBS) $(YAJL_LIBS) $(SODIUM_LIBS)

unit_tests += tests/unit/opened
tests_unit_opened_LDADD = $(tests_unit_grants_LDADD)
