/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writers of single values, for text and JSON alike, and the one way in which
 * bytes of an untrusted server become printable.  Does no input or output.
 */
#ifndef FPT_VALUE_H
#define FPT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

/* "EIO" for 5 or -5, also for the kernel's own numbers; NULL for no error's number. */
const char *fpt_errno_name(int err);

/*
 * Each writes one value into @out, always ended by a NUL and cut at @size, and
 * returns @out.  FPT_VALUE_MAX bytes hold any of them.
 */
#define FPT_VALUE_MAX 128

const char *fpt_print_errno(char *out, size_t size, int64_t ret); /* "EIO", "0", "7" */
const char *fpt_print_fopen(char *out, size_t size, uint64_t flags); /* "PASSTHROUGH|0x100" */
const char *fpt_print_conn(char *out, size_t size, uint64_t flags);
const char *fpt_print_bits(char *out, size_t size, uint64_t flags);
const char *fpt_print_iomode(char *out, size_t size, uint64_t mode); /* "cached" */
const char *fpt_print_op(char *out, size_t size, uint64_t op); /* "io_open" */
const char *fpt_print_route(char *out, size_t size, uint64_t route); /* "splice_read" */
const char *fpt_print_opcode(char *out, size_t size, uint64_t opcode); /* "CREATE" */
const char *fpt_print_dev(char *out, size_t size, uint64_t dev); /* kernel dev_t: "0:28" */
const char *fpt_print_ns(char *out, size_t size, uint64_t ns); /* "12.000345678" (seconds) */

/* A field of an event, by its format; text is made printable. */
const char *fpt_print_field(char *out, size_t size, const struct fpt_field *field,
			    const void *event);

/*
 * The names that a format prints, by bit of flags, else by number, with NULL
 * where there is none.  NULL for a format without names.
 */
const char *const *fpt_value_names(enum fpt_format format, size_t *count, bool *flags);

/**
 * fpt_sanitize - make bytes printable.
 * @in: at most @in_len bytes; a NUL ends it earlier.
 * @out: gets valid UTF-8, ended by a NUL, cut between characters if it is short.
 *
 * Control characters, those that hide or reorder others, invalid UTF-8 and the
 * backslash become \xNN for each byte, so the original can be had back.
 * Returns the length of @out.
 */
size_t fpt_sanitize(char *out, size_t out_size, const char *in, size_t in_len);

/*
 * The UTF-8 character that begins at @in.  Returns its length and puts its
 * number into @code; 0 when the bytes are not valid UTF-8.
 */
size_t fpt_utf8(const char *in, size_t len, uint32_t *code);

/* Whether a character shows itself and nothing else when printed. */
bool fpt_printable(uint32_t code);

#endif
