# SPDX-License-Identifier: Apache-2.0
# The program that starts inside every sandbox.  Static, and without the
# sanitizers' runtime; its own copy of the wire, because the shared one is
# built with whatever flags the rest has.
noinst_LTLIBRARIES += %D%/libkvinit.la
%C%_libkvinit_la_SOURCES = \
	%D%/capabilities.c %D%/cgroup.c %D%/command.c %D%/descriptors.c \
	%D%/environment.c %D%/folder.c %D%/gate.c %D%/grants.c %D%/init.h %D%/keyring.c \
	%D%/landlock.c %D%/landlock_abi.h %D%/landlock_rights.c \
	%D%/network.c %D%/no_new_privs.c %D%/plan.c %D%/reaper.c \
	%D%/rlimits.c %D%/search.c %D%/seccomp.c %D%/selftest.c \
	%D%/selftest.h %D%/selftest_calls.c %D%/selftest_files.c \
	%D%/selftest_state.c %D%/session.c %D%/terminal.c %D%/tree.c %D%/user.c %D%/walk.c \
	core/util/fd.c core/wire/gate.c core/wire/message.c \
	core/wire/pack_read.c core/wire/pack_write.c core/wire/plan_read.c
%C%_libkvinit_la_CFLAGS = $(KV_CFLAGS)
%C%_libkvinit_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAP_CFLAGS)

# The battery of probes: inside kavach-init, and alone.
%C%_libkvinit_la_SOURCES += \
	%D%/probe_run.c \
	%D%/probes/attempt.c %D%/probes/battery.c %D%/probes/battery.h \
	%D%/probes/boundary.c %D%/probes/files.c %D%/probes/files_outside.c \
	%D%/probes/kernel.c %D%/probes/kernel_mounts.c %D%/probes/network.c \
	%D%/probes/privilege.c %D%/probes/probe.h %D%/probes/processes.c \
	%D%/probes/resources.c %D%/probes/rows.def %D%/probes/rows.h \
	%D%/probes/secrets.c %D%/probes/twins.c %D%/probes/twins.h

kavachlibexec_PROGRAMS += %D%/kavach-battery
%C%_kavach_battery_SOURCES = %D%/probes/main.c
%C%_kavach_battery_CFLAGS = $(KV_CFLAGS)
%C%_kavach_battery_LDFLAGS = $(KV_LDFLAGS) -all-static
%C%_kavach_battery_LDADD = %D%/libkvinit.la

kavachlibexec_PROGRAMS += %D%/kavach-init
%C%_kavach_init_SOURCES = %D%/main.c
%C%_kavach_init_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_LDFLAGS = $(KV_LDFLAGS) -all-static
%C%_kavach_init_LDADD = %D%/libkvinit.la $(CAP_LIBS)
