/* SPDX-License-Identifier: Apache-2.0 */
/* The documents in presets/; the build makes preset_texts.c of them. */
#ifndef KV_PRESET_TEXTS_H
#define KV_PRESET_TEXTS_H

extern const char kv_preset_minimal[], kv_preset_basic[], kv_preset_strict[],
    kv_preset_agent[], kv_preset_nothing[];

#endif
