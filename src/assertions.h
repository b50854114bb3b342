/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Assertions: jq expressions over the summary document, compiled before a run
 * begins and judged at its end.
 */
#ifndef FPT_ASSERTIONS_H
#define FPT_ASSERTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct jq_state;

struct fpt_assertion {
	char *expression;
	const char *file; /* where it stands, or NULL for the command line */
	unsigned int line;
	struct jq_state *program;
	bool holds; /* once judged */
	char *found; /* once judged: what it gave, in a few words; printable */
};

struct fpt_assertions {
	struct fpt_assertion *item;
	size_t count, failed; /* failed: once judged */
};

/**
 * fpt_assertions__add - compile one more.
 * @why: gets what is wrong with it.
 *
 * Returns 0; -EINVAL for what is no jq; -ENOMEM.
 */
int fpt_assertions__add(struct fpt_assertions *assertions, const char *expression, char *why,
			size_t why_size);

/*
 * Adds those of a file, one a line; what begins with # is a comment, also behind
 * an assertion.  @path must outlive the assertions; "-" is standard input.  As above, with file and
 * line in @why; also -errno of reading.
 */
int fpt_assertions__read(struct fpt_assertions *assertions, const char *path, char *why,
			 size_t why_size);

/* Those of @from, not judged; of a file that is a pipe they can be read once.  0 or -errno. */
int fpt_assertions__copy(struct fpt_assertions *assertions, const struct fpt_assertions *from);

/*
 * Judges all of them on a JSON text.  One holds if it gives at least one value,
 * and neither false nor null; one that uses more than limited.h allows has failed.
 * Returns 0; -EINVAL if the text is no JSON; -errno without a process for it.
 */
int fpt_assertions__judge(struct fpt_assertions *assertions, const char *document);

/* "FILE:4: " where it stands, for messages; "" of the command line.  Printable; into @out. */
const char *fpt_assertion__where(const struct fpt_assertion *assertion, char *out, size_t size);

void fpt_assertions__free(struct fpt_assertions *assertions);

/*
 * The left side of the comparison that an expression ends with: "A" of "A == 1",
 * "A | B" of "A | B > 1".  Returns its length; 0 if it has no such form.  Its
 * words are not judged: what is returned need not compile.
 */
size_t fpt_assertion_left(const char *expression);

#endif
