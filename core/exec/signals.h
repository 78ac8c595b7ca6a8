/* SPDX-License-Identifier: Apache-2.0 */
/* Signals the launcher handles while a command runs, as a descriptor. */
#ifndef KV_SIGNALS_H
#define KV_SIGNALS_H

/* Blocks them and returns a signalfd (close-on-exec), or -1 with errno. */
int kv_signals_open (void);
/* The next pending one, or 0. */
int kv_signals_next (int fd);
/* Stops this very process as the default action would, until it is
 * continued. */
void kv_signals_stop_self (void);
/* Puts the caller's mask back and closes. */
void kv_signals_close (int fd);

#endif
