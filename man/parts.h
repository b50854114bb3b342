/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of manual and docs/ that are made from the tables of src/spec; see man/update. */
#ifndef FPT_PARTS_H
#define FPT_PARTS_H

/* Each prints its part to standard output. */
void part_events(void); /* of fusept-log(5) */
void part_checks(void); /* of fusept-checks(7) */
void part_iomode(void); /* of fusept-iomode(7) */
void part_diagram(void); /* docs/iomode.dot */

/*
 * Text in mdoc: in lines of their own the sentences, broken to a width that
 * mandoc has nothing to say about, with what roff would misread made harmless.
 */
void roff_text(const char *text);
/* The same after a word that leads it in: "Rule: ...". */
void roff_led(const char *lead, const char *text);
/* A name that is never divided, and can be copied: "mode-drift". */
void roff_name(const char *name);
/* Words separated by blanks, with commas, each as roff_name() does. */
void roff_names(const char *names);

#endif
