/* SPDX-License-Identifier: Apache-2.0 */
/* For files that hand strings over to a list or a policy: gcc 12's analyzer
 * takes what is stored by way of a pointer for lost.  The sanitizer build
 * looks for leaks in them. */
#ifndef KV_ANALYZER_H
#define KV_ANALYZER_H

#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

#endif
