# SPDX-License-Identifier: Apache-2.0
# How a test gets in, one line in the local.mk of the room it belongs to:
#
#   unit_tests += tests/unit/NAME   a Criterion program, from tests/unit/NAME.c
#   tap_tests += tests/ROOM/NAME.t  a bash script that speaks TAP (tests/lib.sh)
#   tap_programs += tests/ROOM/NAME a C program that speaks TAP
#   stage_probes += tests/ROOM/NAME a program that a script runs
#   test_plugins += tests/ROOM/NAME.la  an object that a script has loaded
#
# A unit test links everything in core; one that wants less sets its own
# tests_unit_NAME_LDADD, one of several files its tests_unit_NAME_SOURCES.
unit_ldadd = \
	core/exec/libkvexec.la \
	core/loader/libkvloader.la \
	core/limit/libkvlimit.la \
	core/filter/libkvfilter.la \
	core/score/libkvscore.la \
	core/policy/libkvpolicy.la \
	core/filter/libkvoci.la \
	core/filter/libkvknown.la \
	core/wire/libkvwire.la \
	core/util/libkvutil.la \
	core/util/libkvplaces.la \
	$(CRITERION_LIBS) $(LTDL_LIBS) $(YAJL_LIBS) $(SODIUM_LIBS) \
	$(SECCOMP_LIBS) $(CAP_LIBS)
LDADD = $(unit_ldadd)

if HAVE_CRITERION
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
check_PROGRAMS += $(tap_programs) $(stage_probes)
check_LTLIBRARIES += $(test_plugins)
TESTS += $(tap_programs) $(tap_tests)
EXTRA_DIST += $(tap_tests)

# Objects for the loader, built like a plugin but never installed: libtool
# makes a shared object only of what has an rpath.
test_plugin_ldflags = $(plugin_ldflags) -rpath /nowhere

TEST_EXTENSIONS = .t
AM_TESTS_ENVIRONMENT = \
	CRITERION_OUTPUTS=tap:/dev/stdout; export CRITERION_OUTPUTS; \
	KAVACH_STAGE='$(abs_builddir)/stage'; export KAVACH_STAGE; \
	KAVACH='$(abs_builddir)/tests/kavach'; export KAVACH; \
	builddir='$(abs_builddir)'; export builddir; \
	srcdir='$(abs_srcdir)'; export srcdir; \
	CC='$(CC)'; export CC; \
	unset CDPATH KAVACH_PLUGIN_PATH;
AM_TESTS_FD_REDIRECT = 9>&2
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
AM_LOG_DRIVER_FLAGS = --comments --ignore-exit
# Nothing hangs a run: a test that is cut off lacks its plan, an error.
TEST_SECONDS = 900
LOG_COMPILER = timeout
AM_LOG_FLAGS = -k 10 $(TEST_SECONDS)
T_LOG_DRIVER = $(LOG_DRIVER)
AM_T_LOG_DRIVER_FLAGS = $(AM_LOG_DRIVER_FLAGS)
T_LOG_COMPILER = timeout
AM_T_LOG_FLAGS = -k 10 $(TEST_SECONDS) bash

dist_check_SCRIPTS += %D%/lib.sh

# An installed tree of helpers and plugins inside the build folder, with the
# modes that the loader insists on; tests/kavach looks nowhere else.
stage_dir = $(abs_builddir)/stage
stage: %D%/stage.stamp
.PHONY: stage
%D%/stage.stamp: $(kavachlibexec_PROGRAMS) $(pluginexec_LTLIBRARIES) \
    $(dist_manifest_DATA)
	$(AM_V_GEN)rm -rf '$(stage_dir)'
	$(AM_V_at)$(MKDIR_P) %D%
	$(AM_V_at)$(INSTALL) -d -m 755 '$(stage_dir)' '$(stage_dir)/libexec' \
	  '$(stage_dir)/libexec/kavach' '$(stage_dir)/lib' \
	  '$(stage_dir)/lib/kavach' '$(stage_dir)/lib/kavach/plugins' \
	  '$(stage_dir)/share' '$(stage_dir)/share/kavach' \
	  '$(stage_dir)/share/kavach/plugins.d' '$(stage_dir)/etc' \
	  '$(stage_dir)/etc/kavach'
	$(AM_V_at)for p in $(kavachlibexec_PROGRAMS); do \
	  $(LIBTOOL) --silent --mode=install $(INSTALL) -m 755 "$$p" \
	    "$(stage_dir)/libexec/kavach/$${p##*/}" || exit 1; \
	done
	$(AM_V_at)for la in $(pluginexec_LTLIBRARIES); do \
	  so=$${la##*/}; so=$${so%.la}.so; \
	  $(INSTALL) -m 644 "$${la%/*}/.libs/$$so" \
	    "$(stage_dir)/lib/kavach/plugins/$$so" || exit 1; \
	done
	$(AM_V_at)for f in $(dist_manifest_DATA); do \
	  test -f "$$f" || f="$(srcdir)/$$f"; \
	  $(INSTALL) -m 644 "$$f" "$(stage_dir)/share/kavach/plugins.d/" \
	    || exit 1; \
	done
	$(AM_V_at)echo staged > $@
check_DATA = %D%/stage.stamp
MOSTLYCLEANFILES += %D%/stage.stamp

# The launcher with the staged tree's places instead of the installed ones.
check_PROGRAMS += %D%/kavach
%C%_kavach_SOURCES = launcher/main.c %D%/places.c
%C%_kavach_LDFLAGS = $(AM_LDFLAGS) $(KV_LAUNCHER_LDFLAGS)
%C%_kavach_LDADD = launcher/libkvlauncher.la $(YAJL_LIBS) $(SODIUM_LIBS)

tap_tests += %D%/frame.t

include tests/cli/local.mk
include tests/gate/local.mk
include tests/compat/local.mk
include tests/init/local.mk
include tests/container/local.mk
include tests/isolation/local.mk
include tests/plugins/local.mk
include tests/policies/local.mk
include tests/robust/local.mk
include tests/verify/local.mk
include tests/vm/local.mk
