# SPDX-License-Identifier: Apache-2.0
kavachinclude_HEADERS += \
	%D%/include/kavach/abi.h \
	%D%/include/kavach/audit.h \
	%D%/include/kavach/backend.h \
	%D%/include/kavach/credential.h \
	%D%/include/kavach/host.h \
	%D%/include/kavach/plugin.h

# What an author's own project needs: flags and folders by pkg-config, the
# same by autoconf, and a backend to copy.
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/kavach-plugin.pc
m4dir = $(datadir)/aclocal
dist_m4_DATA = %D%/kavach.m4
templatedir = $(datadir)/kavach/template
dist_template_DATA = \
	%D%/template/Makefile \
	%D%/template/README \
	%D%/template/config.mk.in \
	%D%/template/configure.ac \
	%D%/template/hello.c

EXTRA_DIST += %D%/README.md %D%/abi/1.0/offsets.c
tap_tests += tests/sdk/headers.t tests/sdk/template.t
