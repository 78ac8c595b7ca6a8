/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/init/init.h"

void
kv_send_failure (const struct kv_init *init, uint32_t step, int number,
                 const char *subject)
{
  uint8_t room[768];
  char text[512];
  struct kv_writer w;
  size_t length = strlen (subject);

  if (length >= sizeof text)
    length = sizeof text - 1;
  memcpy (text, subject, length);
  text[length] = '\0';

  kv_writer_fixed (&w, room, sizeof room);
  /* Step 0: the command could not be executed. */
  if (step != 0)
    kv_put_u32 (&w, step);
  kv_put_u32 (&w, (uint32_t) number);
  kv_put_str (&w, text);
  /* Whoever does not get it sees the exit status. */
  (void) kv_message_send (init->gate,
                          step != 0 ? KV_MSG_INIT_FAILED : KV_MSG_EXEC_FAILED,
                          room, w.size, NULL, 0);
}

void
kv_init_fail (const struct kv_init *init, uint32_t step)
{
  kv_send_failure (init, step, errno, init->subject);
  _exit (KV_EXIT_REFUSED);
}

void
kv_pass_gate (struct kv_init *init)
{
  uint8_t room[64];
  struct kv_writer w;

  init->report.landlock_abi = init->landlock_abi;
  init->report.pid_inside = (uint32_t) getpid ();
  kv_writer_fixed (&w, room, sizeof room);
  kv_gate_report_write (&w, &init->report);
  if (kv_message_send (init->gate, KV_MSG_GATE_REPORT, room, w.size,
                       &init->terminal, init->terminal >= 0 ? 1 : 0)
      < 0)
    _exit (KV_EXIT_REFUSED);
  if (init->terminal >= 0)
    close (init->terminal);

  /* Anything but a plain go means no: also the end of the stream. */
  if (kv_message_receive (init->gate, &init->message, false) != 1)
    _exit (KV_EXIT_REFUSED);
  kv_message_close_fds (&init->message);
  if (init->message.type != KV_MSG_GO || init->message.length != 0)
    _exit (KV_EXIT_REFUSED);
}
