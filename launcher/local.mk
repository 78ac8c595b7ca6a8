# SPDX-License-Identifier: Apache-2.0
# The kavach command.  Everything but main and the places is in a library
# that the tests' launcher links as well.
noinst_LTLIBRARIES += %D%/libkvlauncher.la
%C%_libkvlauncher_la_SOURCES = \
	%D%/backends.c \
	%D%/dispatch.c \
	%D%/launcher.h \
	%D%/measure.c %D%/measure.h \
	%D%/options.c %D%/options.h \
	%D%/plugin.h \
	%D%/plugin_list.c \
	%D%/plugin_show.c \
	%D%/policy.c %D%/policy.h \
	%D%/policy_check.c \
	%D%/policy_diff.c %D%/policy_diff.h \
	%D%/policy_diff_text.c \
	%D%/policy_show.c \
	%D%/run.c \
	%D%/score.c \
	%D%/standing.c %D%/standing.h \
	%D%/verify.c \
	%D%/verify_print.c %D%/verify_print.h
%C%_libkvlauncher_la_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
%C%_libkvlauncher_la_LIBADD = \
	core/verify/libkvverify.la \
	core/exec/libkvexec.la \
	core/loader/libkvloader.la \
	core/limit/libkvlimit.la \
	core/filter/libkvfilter.la \
	core/score/libkvscore.la \
	core/policy/libkvpolicy.la \
	core/filter/libkvoci.la \
	core/filter/libkvknown.la \
	core/wire/libkvwire.la \
	core/util/libkvjson.la \
	core/util/libkvutil.la

bin_PROGRAMS += %D%/kavach
%C%_kavach_SOURCES = %D%/main.c
%C%_kavach_LDFLAGS = $(AM_LDFLAGS) $(KV_LAUNCHER_LDFLAGS)
%C%_kavach_LDADD = %D%/libkvlauncher.la core/util/libkvplaces.la \
	$(YAJL_LIBS) $(SODIUM_LIBS)
