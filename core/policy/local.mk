# SPDX-License-Identifier: Apache-2.0
# Whoever links it also links core/filter/libkvknown.la, $(SODIUM_LIBS), for
# the digest, and, if it reads documents, $(YAJL_LIBS).
noinst_LTLIBRARIES += %D%/libkvpolicy.la
%C%_libkvpolicy_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(YAJL_CFLAGS)
%C%_libkvpolicy_la_SOURCES = \
	%D%/compare.c %D%/compare.h \
	%D%/compare_calls.c \
	%D%/compare_credentials.c \
	%D%/compare_match.c \
	%D%/compare_names.c \
	%D%/compare_network.c \
	%D%/compare_numbers.c \
	%D%/compare_paths.c \
	%D%/compare_private.h \
	%D%/compare_required.c \
	%D%/control.c %D%/control.h \
	%D%/controls.c %D%/controls.h \
	%D%/document.c %D%/document.h \
	%D%/document_check.c \
	%D%/document_event.c \
	%D%/document_fault.c \
	%D%/document_feed.c \
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
	%D%/flags.c %D%/flags.h \
	%D%/home.c \
	%D%/internal.h \
	%D%/layers.c %D%/layers.h \
	%D%/links.c \
	%D%/merge.c %D%/merge.h \
	%D%/names.c \
	%D%/nearest.c %D%/nearest.h \
	%D%/other_ways.c \
	%D%/own.c \
	%D%/paths.h \
	%D%/policy.h \
	%D%/preset.c %D%/preset.h \
	%D%/preset_texts.h \
	%D%/protected.c \
	%D%/resolve.c \
	%D%/rule.c \
	%D%/rules.c \
	%D%/said_paths.c \
	%D%/site.c %D%/site.h \
	%D%/system.c \
	%D%/toolchain.c \
	%D%/values.c \
	%D%/whole.c %D%/whole.h \
	%D%/whole_text.c \
	%D%/workspace.c
# Each preset is a document of its own; a string of each goes in.
presets = minimal basic strict agent nothing
preset_files = $(presets:%=%D%/presets/%.json)
nodist_%C%_libkvpolicy_la_SOURCES = %D%/preset_texts.c
%D%/preset_texts.c: $(preset_files) %D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) %D%
	$(AM_V_at){ echo '#include "core/policy/preset_texts.h"'; \
	for name in $(presets); do \
	  echo "const char kv_preset_$$name[] ="; \
	  sed 's/[\\"]/\\&/g; s/^ *//; s/.*/  "&\\n"/' \
	    $(srcdir)/%D%/presets/$$name.json || exit 1; \
	  echo "  ;"; \
	done; } > $@.tmp
	$(AM_V_at)mv $@.tmp $@
CLEANFILES += %D%/preset_texts.c
EXTRA_DIST += $(preset_files)

unit_tests += \
	tests/unit/compare_model \
	tests/unit/control \
	tests/unit/document \
	tests/unit/document_key \
	tests/unit/document_limits \
	tests/unit/document_schema \
	tests/unit/parse \
	tests/unit/paths \
	tests/unit/policy \
	tests/unit/whole
tests_unit_compare_model_SOURCES = tests/unit/compare_model.c \
	tests/unit/compare_slow.c tests/unit/compare_slow.h \
	tests/unit/compare_spec.c tests/unit/compare_spec.h
tests_unit_document_SOURCES = tests/unit/document.c \
	tests/unit/corpus.c tests/unit/corpus.h
tests_unit_document_schema_SOURCES = tests/unit/document_schema.c \
	tests/unit/corpus.c tests/unit/corpus.h \
	tests/unit/schema.c tests/unit/schema.h
EXTRA_DIST += tests/corpus/policy
