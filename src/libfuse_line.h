/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line of what a libfuse server prints under -d, as libfuse 2.6 to 3.18
 * print it.  Knows words and numbers, not what they mean for each other.
 */
#ifndef FPT_LIBFUSE_LINE_H
#define FPT_LIBFUSE_LINE_H

#include <stdbool.h>
#include <stdint.h>

enum fpt_libfuse_what {
	FPT_LIBFUSE_OTHER, /* of no concern: a path, or the server's own words */
	FPT_LIBFUSE_GARBLED, /* words of libfuse behind others: a line was torn */
	FPT_LIBFUSE_VERSION, /* text: "3.14.0" */
	FPT_LIBFUSE_REQUEST, /* unique, opcode, nodeid, size, pid, uring */
	FPT_LIBFUSE_REPLY, /* unique, error, size */
	FPT_LIBFUSE_INIT_REQUEST, /* value: the minor version of the kernel */
	FPT_LIBFUSE_INIT_REPLY, /* value: and of libfuse */
	FPT_LIBFUSE_FLAGS, /* value: of that reply */
	FPT_LIBFUSE_STACK_DEPTH, /* value: of that reply, if it asks for passthrough */
	FPT_LIBFUSE_NODEID, /* nodeid: told by the reply that follows */
	FPT_LIBFUSE_FORGET, /* nodeid, value: so many lookups */
	FPT_LIBFUSE_BAD_ERROR, /* error: what the server gave, no errno */
	FPT_LIBFUSE_BACKING_OPEN, /* error: of the ioctl that failed; 0: not known */
	FPT_LIBFUSE_BACKING_CLOSE, /* the same */
};

struct fpt_libfuse_line {
	enum fpt_libfuse_what what;
	uint64_t unique, nodeid, value;
	uint32_t opcode, size, pid;
	int32_t error;
	bool uring; /* its reply may not be printed */
	const char *text; /* in the line */
};

/* @text: without its newline; an OTHER has nothing but that in @line. */
void fpt_libfuse_line__parse(struct fpt_libfuse_line *line, const char *text);

#endif
