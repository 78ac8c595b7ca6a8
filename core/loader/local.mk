# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += %D%/libkvloader.la
%C%_libkvloader_la_SOURCES = \
	%D%/cache.c %D%/cache.h \
	%D%/cache_result.c %D%/cache_result.h \
	%D%/discover.c \
	%D%/find.c %D%/find.h \
	%D%/folder.c %D%/folder.h \
	%D%/hash.c %D%/hash.h \
	%D%/loader.h \
	%D%/manifest.c %D%/manifest.h \
	%D%/manifests.c \
	%D%/name.h \
	%D%/shim_client.c %D%/shim_client.h \
	%D%/shim_private.h \
	%D%/shim_start.c \
	%D%/text.c %D%/text.h \
	%D%/trust.c %D%/trust.h
%C%_libkvloader_la_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS) $(SODIUM_CFLAGS)
