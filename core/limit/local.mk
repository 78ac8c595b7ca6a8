# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += %D%/libkvlimit.la
%C%_libkvlimit_la_SOURCES = \
	%D%/cgroup.h \
	%D%/file.c \
	%D%/hit.c \
	%D%/host.c \
	%D%/kill.c \
	%D%/limit.c %D%/limit.h \
	%D%/mountinfo.c \
	%D%/own_group.c \
	%D%/place.c \
	%D%/probe.c \
	%D%/quota.c \
	%D%/read_back.c \
	%D%/remove.c \
	%D%/sweep.c \
	%D%/scope.c \
	%D%/v1.c \
	%D%/v2.c

unit_tests += tests/unit/limit
tap_programs += tests/limit/groups
tests_limit_groups_SOURCES = \
	tests/limit/groups.c \
	tests/limit/tap.h \
	tests/limit/trees.c
