# SPDX-License-Identifier: Apache-2.0
# Whoever links it also links $(SODIUM_LIBS), for the digest.
noinst_LTLIBRARIES += %D%/libkvpolicy.la
%C%_libkvpolicy_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
%C%_libkvpolicy_la_SOURCES = \
	%D%/control.c %D%/control.h \
	%D%/digest.c \
	%D%/env.c \
	%D%/flags.c \
	%D%/internal.h \
	%D%/names.c \
	%D%/nearest.c %D%/nearest.h \
	%D%/own.c \
	%D%/policy.h \
	%D%/preset.c \
	%D%/protected.c \
	%D%/resolve.c \
	%D%/rule.c \
	%D%/rules.c \
	%D%/system.c \
	%D%/toolchain.c \
	%D%/workspace.c

unit_tests += \
	tests/unit/control \
	tests/unit/parse \
	tests/unit/paths \
	tests/unit/policy
