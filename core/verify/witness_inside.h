/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KV_WITNESS_INSIDE_H
#define KV_WITNESS_INSIDE_H

#include "core/verify/witness.h"

/* Ends each answer. */
#define KV_WITNESS_STOP '\001'

/* Serves until SOCKET's other end is closed, and takes everything away. */
void kv_witness_serve (const struct kv_witness_options *options, int socket);

#endif
