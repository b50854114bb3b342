/* SPDX-License-Identifier: GPL-2.0-only */
/* The release; nothing else. */
#ifndef FPT_VERSION_H
#define FPT_VERSION_H
#define FPT_VERSION "0.1"
#endif
