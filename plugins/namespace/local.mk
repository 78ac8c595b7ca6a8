# SPDX-License-Identifier: Apache-2.0
namespace_sources = \
	%D%/advice.c \
	%D%/attributes.c \
	%D%/child.c \
	%D%/clone.c \
	%D%/device.c \
	%D%/fault.h \
	%D%/mounts.c \
	%D%/namespace.c \
	%D%/ns.h \
	%D%/owner.c \
	%D%/pass.c \
	%D%/place.c \
	%D%/proc.c \
	%D%/raw.h \
	%D%/report.c \
	%D%/root.c \
	%D%/start.c \
	%D%/tree.c \
	%D%/trees.c

if BACKEND_NAMESPACE
pluginexec_LTLIBRARIES += %D%/namespace.la
%C%_namespace_la_SOURCES = $(namespace_sources)
%C%_namespace_la_LDFLAGS = $(plugin_ldflags)
endif

dist_man_MANS += %D%/kavach-namespace.7

# The backend without kavach around it.
if BACKEND_NAMESPACE
tap_tests += %D%/tests/box.t
stage_probes += %D%/tests/box %D%/tests/swap
test_plugins += $(namespace_faults)
endif
%C%_tests_box_SOURCES = \
	%D%/tests/box.c %D%/tests/box.h %D%/tests/box_request.c
%C%_tests_box_LDADD =
%C%_tests_swap_SOURCES = %D%/tests/swap.c
%C%_tests_swap_LDADD =

# One object for each protection left out; the numbers are in fault.h.
namespace_faults =
EXTRA_DIST += %D%/tests/whole.c

namespace_faults += tests/namespace/fault-1.la
tests_namespace_fault_1_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_1_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=1
tests_namespace_fault_1_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-2.la
tests_namespace_fault_2_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_2_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=2
tests_namespace_fault_2_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-3.la
tests_namespace_fault_3_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_3_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=3
tests_namespace_fault_3_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-4.la
tests_namespace_fault_4_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_4_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=4
tests_namespace_fault_4_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-5.la
tests_namespace_fault_5_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_5_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=5
tests_namespace_fault_5_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-6.la
tests_namespace_fault_6_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_6_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=6
tests_namespace_fault_6_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-7.la
tests_namespace_fault_7_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_7_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=7
tests_namespace_fault_7_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-8.la
tests_namespace_fault_8_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_8_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=8
tests_namespace_fault_8_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-9.la
tests_namespace_fault_9_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_9_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=9
tests_namespace_fault_9_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-10.la
tests_namespace_fault_10_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_10_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=10
tests_namespace_fault_10_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-11.la
tests_namespace_fault_11_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_11_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=11
tests_namespace_fault_11_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-12.la
tests_namespace_fault_12_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_12_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=12
tests_namespace_fault_12_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-13.la
tests_namespace_fault_13_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_13_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=13
tests_namespace_fault_13_la_LDFLAGS = $(test_plugin_ldflags)

namespace_faults += tests/namespace/fault-14.la
tests_namespace_fault_14_la_SOURCES = %D%/tests/whole.c
tests_namespace_fault_14_la_CPPFLAGS = $(AM_CPPFLAGS) -DNAMESPACE_FAULT=14
tests_namespace_fault_14_la_LDFLAGS = $(test_plugin_ldflags)
