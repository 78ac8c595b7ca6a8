# SPDX-License-Identifier: Apache-2.0
# Whoever links it also links $(SODIUM_LIBS), for the digest, and, if it reads
# documents, $(YAJL_LIBS).
noinst_LTLIBRARIES += %D%/libkvpolicy.la
%C%_libkvpolicy_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(YAJL_CFLAGS)
%C%_libkvpolicy_la_SOURCES = \
	%D%/control.c %D%/control.h \
	%D%/digest.c \
	%D%/document.c %D%/document.h \
	%D%/document_check.c \
	%D%/document_event.c \
	%D%/document_fault.c \
	%D%/document_form.c \
	%D%/document_key.c %D%/document_key.h \
	%D%/document_name.c \
	%D%/document_number.c \
	%D%/document_private.h \
	%D%/document_read.c \
	%D%/document_scan.c %D%/document_scan.h \
	%D%/document_syntax.c \
	%D%/document_value.c \
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
	tests/unit/document \
	tests/unit/document_key \
	tests/unit/document_limits \
	tests/unit/document_schema \
	tests/unit/parse \
	tests/unit/paths \
	tests/unit/policy
tests_unit_document_SOURCES = tests/unit/document.c \
	tests/unit/corpus.c tests/unit/corpus.h
tests_unit_document_schema_SOURCES = tests/unit/document_schema.c \
	tests/unit/corpus.c tests/unit/corpus.h \
	tests/unit/schema.c tests/unit/schema.h
EXTRA_DIST += tests/corpus/policy
