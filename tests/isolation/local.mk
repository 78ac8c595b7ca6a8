# SPDX-License-Identifier: Apache-2.0
# The battery is kavach-battery; the witness outside, and the caller's session.
stage_probes += %D%/witness %D%/session
%C%_witness_SOURCES = %D%/witness.c
%C%_witness_LDADD =
%C%_session_SOURCES = %D%/session.c
%C%_session_LDADD =

tap_tests += %D%/isolation.t %D%/paths.t
EXTRA_DIST += %D%/exceptions %D%/paths.py
