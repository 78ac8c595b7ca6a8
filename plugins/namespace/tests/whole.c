/* SPDX-License-Identifier: Apache-2.0 */
/* The backend as one file, for the builds that leave a protection out. */
#ifndef NAMESPACE_FAULT
#error "which one?"
#endif

#include "plugins/namespace/advice.c"
#include "plugins/namespace/attributes.c"
#include "plugins/namespace/child.c"
#include "plugins/namespace/clone.c"
#include "plugins/namespace/device.c"
#include "plugins/namespace/mounts.c"
#include "plugins/namespace/namespace.c"
#include "plugins/namespace/owner.c"
#include "plugins/namespace/pass.c"
#include "plugins/namespace/place.c"
#include "plugins/namespace/proc.c"
#include "plugins/namespace/report.c"
#include "plugins/namespace/root.c"
#include "plugins/namespace/start.c"
#include "plugins/namespace/tree.c"
#include "plugins/namespace/trees.c"
