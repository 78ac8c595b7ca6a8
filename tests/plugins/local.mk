# SPDX-License-Identifier: Apache-2.0
# Plugins that are broken in one way each, built as an author would build
# them: by the compiler, without libtool.
fixture_names = \
	audit-kind bad-level bad-name closes-all configured \
	crash-constructor crash-probe crash-spawn \
	exit-constructor exit-probe exit-spawn false-claim good \
	hang-constructor hang-probe hang-spawn missing-callback \
	needs-newer newer-minor no-child no-symbol not-here \
	null-descriptor old-ops other-name other-program positive-probe \
	short-ops short-struct stderr-probe stdout-probe \
	unknown-flags unresolved wrong-kind wrong-major
fixture_objects = $(fixture_names:%=%D%/kavach-%.so)
fixture_sources = $(fixture_names:%=%D%/%.c)

$(fixture_objects): %D%/kavach-%.so: %D%/%.c %D%/fixture.h
	$(AM_V_CCLD)$(MKDIR_P) %D% && $(CC) $(AM_CPPFLAGS) $(CPPFLAGS) \
	  $(AM_CFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<
check_DATA += $(fixture_objects)
CLEANFILES += $(fixture_objects)
EXTRA_DIST += $(fixture_sources) %D%/fixture.h %D%/common.sh

# What discovery says, cache included, one line a candidate.
stage_probes += %D%/discover
%C%_discover_SOURCES = %D%/discover.c tests/places.c
%C%_discover_LDADD = \
	core/loader/libkvloader.la core/policy/libkvpolicy.la \
	core/wire/libkvwire.la core/util/libkvutil.la \
	$(YAJL_LIBS) $(SODIUM_LIBS)

tap_tests += %D%/loader.t %D%/manifest.t %D%/shim.t
unit_tests += \
	tests/unit/manifest tests/unit/plugin_cache tests/unit/request \
	tests/unit/trust
