# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += %D%/libkvwire.la
%C%_libkvwire_la_SOURCES = \
	%D%/gate.c %D%/gate.h \
	%D%/message.c %D%/message.h \
	%D%/pack.h %D%/pack_read.c %D%/pack_write.c \
	%D%/plan.h %D%/plan_read.c %D%/plan_write.c \
	%D%/request.c %D%/request.h
