# SPDX-License-Identifier: Apache-2.0
# The battery and its witness, around an ordinary run.
noinst_LTLIBRARIES += %D%/libkvverify.la
%C%_libkvverify_la_SOURCES = \
	%D%/caller.c %D%/caller.h \
	%D%/ground.c %D%/ground.h \
	%D%/verify.c %D%/verify.h \
	%D%/witness.c %D%/witness.h \
	%D%/witness_inside.c %D%/witness_inside.h
