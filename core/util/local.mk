# SPDX-License-Identifier: Apache-2.0
# Small things without a theme of their own; nothing here knows of sandboxes.
noinst_LTLIBRARIES += %D%/libkvutil.la
%C%_libkvutil_la_SOURCES = \
	%D%/analyzer.h %D%/cleanup.h %D%/clock.h \
	%D%/dirs.c %D%/dirs.h \
	%D%/error.c %D%/error.h \
	%D%/fd.c %D%/fd.h \
	%D%/grow.c %D%/grow.h \
	%D%/owner.c %D%/owner.h \
	%D%/parse.c %D%/parse.h \
	%D%/places.h \
	%D%/text.c %D%/text.h
# Apart from libkvutil, so that a static program never meets yajl.
noinst_LTLIBRARIES += %D%/libkvjson.la
%C%_libkvjson_la_SOURCES = %D%/json_out.c %D%/json_out.h
%C%_libkvjson_la_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
# Where the installed parts are: every program says so itself, so that the
# tests' launcher can use a staged tree.
noinst_LTLIBRARIES += %D%/libkvplaces.la
%C%_libkvplaces_la_SOURCES = %D%/places.c
# Made from the Makefile, so that a new prefix makes new objects.
%D%/built_places.h: Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%
	$(AM_V_at){ \
	  echo '#define KV_LIBEXECDIR "$(kavachlibexecdir)"'; \
	  echo '#define KV_PLUGINDIR "$(pluginexecdir)"'; \
	  echo '#define KV_MANIFESTDIR "$(manifestdir)"'; \
	  echo '#define KV_SYSCONFDIR "$(sysconfdir)/kavach"'; } > $@.tmp
	$(AM_V_at)mv $@.tmp $@
%D%/places.lo: %D%/built_places.h
CLEANFILES += %D%/built_places.h
