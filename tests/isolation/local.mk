# SPDX-License-Identifier: Apache-2.0
# The battery inside, the witness outside, and the caller's session.
stage_probes += %D%/probe %D%/witness %D%/session
%C%_probe_SOURCES = \
	%D%/probe.h \
	%D%/main.c \
	%D%/fs.c \
	%D%/fs_outside.c \
	%D%/ipc.c \
	%D%/kern.c \
	%D%/mount.c \
	%D%/net.c \
	%D%/priv.c \
	%D%/proc.c \
	%D%/res.c
# It runs where the sandbox has no more than its own root.
%C%_probe_CFLAGS = $(KV_CFLAGS)
%C%_probe_LDFLAGS = -static
%C%_probe_LDADD =
%C%_witness_SOURCES = %D%/witness.c
%C%_witness_LDADD =
%C%_session_SOURCES = %D%/session.c
%C%_session_LDADD =

tap_tests += %D%/isolation.t %D%/paths.t
EXTRA_DIST += %D%/exceptions %D%/paths.py
