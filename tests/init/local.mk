# SPDX-License-Identifier: Apache-2.0
stage_probes += %D%/driver
%C%_driver_SOURCES = \
	%D%/driver.c %D%/driver.h %D%/driver_filter.c %D%/driver_gate.c \
	%D%/driver_options.c
%C%_driver_LDADD = \
	core/policy/libkvpolicy.la core/wire/libkvwire.la \
	core/util/libkvutil.la

stage_probes += %D%/probe
%C%_probe_SOURCES = %D%/probe.c
%C%_probe_LDADD =

EXTRA_DIST += %D%/lib.sh
tap_tests += \
	%D%/capabilities.t %D%/descriptors.t %D%/environment.t %D%/folder.t \
	%D%/keyring.t %D%/landlock.t %D%/network.t %D%/no_new_privs.t \
	%D%/plan.t %D%/reaper.t %D%/rlimits.t %D%/seccomp.t %D%/session.t \
	%D%/user.t

# kavach-init with one step left out, from the same main.c.
stage_probes += $(init_faults)
init_faults =
init_fault_ldflags = $(KV_LDFLAGS) -all-static
init_fault_ldadd = core/init/libkvinit.la $(CAP_LIBS)

init_faults += %D%/kavach-init-fault-session
%C%_kavach_init_fault_session_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_session_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_SESSION
%C%_kavach_init_fault_session_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_session_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_session_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-descriptors
%C%_kavach_init_fault_descriptors_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_descriptors_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_DESCRIPTORS
%C%_kavach_init_fault_descriptors_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_descriptors_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_descriptors_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-environment
%C%_kavach_init_fault_environment_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_environment_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_ENVIRONMENT
%C%_kavach_init_fault_environment_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_environment_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_environment_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-loopback
%C%_kavach_init_fault_loopback_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_loopback_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_NETWORK
%C%_kavach_init_fault_loopback_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_loopback_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_loopback_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-keyring
%C%_kavach_init_fault_keyring_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_keyring_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_KEYRING
%C%_kavach_init_fault_keyring_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_keyring_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_keyring_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-rlimits
%C%_kavach_init_fault_rlimits_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_rlimits_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_LIMITS
%C%_kavach_init_fault_rlimits_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_rlimits_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_rlimits_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-user
%C%_kavach_init_fault_user_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_user_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_USER
%C%_kavach_init_fault_user_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_user_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_user_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-capabilities
%C%_kavach_init_fault_capabilities_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_capabilities_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_CAPABILITIES
%C%_kavach_init_fault_capabilities_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_capabilities_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_capabilities_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-no_new_privs
%C%_kavach_init_fault_no_new_privs_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_no_new_privs_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_NO_NEW_PRIVS
%C%_kavach_init_fault_no_new_privs_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_no_new_privs_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_no_new_privs_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-landlock
%C%_kavach_init_fault_landlock_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_landlock_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_LANDLOCK
%C%_kavach_init_fault_landlock_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_landlock_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_landlock_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-seccomp
%C%_kavach_init_fault_seccomp_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_seccomp_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_SECCOMP
%C%_kavach_init_fault_seccomp_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_seccomp_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_seccomp_LDADD = $(init_fault_ldadd)

init_faults += %D%/kavach-init-fault-cgroup
%C%_kavach_init_fault_cgroup_SOURCES = core/init/main.c %D%/fault.h
%C%_kavach_init_fault_cgroup_CPPFLAGS = $(AM_CPPFLAGS) -DKV_FAULT=KV_STEP_CGROUP
%C%_kavach_init_fault_cgroup_CFLAGS = $(KV_CFLAGS)
%C%_kavach_init_fault_cgroup_LDFLAGS = $(init_fault_ldflags)
%C%_kavach_init_fault_cgroup_LDADD = $(init_fault_ldadd)
