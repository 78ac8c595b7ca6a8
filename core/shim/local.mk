# SPDX-License-Identifier: Apache-2.0
# One program under two names.
kavachlibexec_PROGRAMS += %D%/kavach-shim %D%/kavach-shim-user
shim_sources = \
	%D%/backend.c \
	%D%/check.c \
	%D%/guard.c \
	%D%/host.c \
	%D%/main.c \
	%D%/object.c \
	%D%/reply.c \
	%D%/serve.c \
	%D%/shim.h
shim_libs = core/wire/libkvwire.la core/util/libkvutil.la $(LTDL_LIBS)
%C%_kavach_shim_SOURCES = $(shim_sources)
%C%_kavach_shim_LDADD = $(shim_libs)
%C%_kavach_shim_user_SOURCES = $(shim_sources)
%C%_kavach_shim_user_LDADD = $(shim_libs)
