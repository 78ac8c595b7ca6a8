# SPDX-License-Identifier: Apache-2.0
if BACKEND_PROCESS
pluginexec_LTLIBRARIES += %D%/process.la
%C%_process_la_SOURCES = %D%/process.c
%C%_process_la_LDFLAGS = $(plugin_ldflags)
dist_man_MANS += %D%/kavach-process.7
endif
