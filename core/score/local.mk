# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += %D%/libkvscore.la
%C%_libkvscore_la_SOURCES = \
	%D%/evidence.c %D%/evidence.h \
	%D%/measure.c %D%/measure.h \
	%D%/score.c %D%/score.h

unit_tests += tests/unit/score
