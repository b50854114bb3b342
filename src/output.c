// SPDX-License-Identifier: GPL-2.0-only
/* Finds forms by name; opens and closes the files that reports go to. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

const struct fpt_output *fpt_output__find(const char *name)
{
	static const struct fpt_output *const outputs[] = {
		&fpt_out_text,	&fpt_out_json,	 &fpt_out_tap,	&fpt_out_ktap,
		&fpt_out_junit, &fpt_out_github, &fpt_out_html, &fpt_out_perfetto,
	};
	size_t i;

	for (i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
		if (strcmp(outputs[i]->name, name) == 0)
			return outputs[i];
	return NULL;
}

const char *fpt_sinks__add(struct fpt_sinks *sinks, const struct fpt_output *form, const char *file)
{
	if (!*file)
		return "want the name of a file";
	if (strcmp(file, "-") == 0)
		return "standard output is for -f FORM";
	if (sinks->count == FPT_SINKS_MAX)
		return "these are too many outputs for one run";
	sinks->sink[sinks->count++] = (struct fpt_sink){ .form = form, .path = file };
	return NULL;
}

const char *fpt_sinks__add_words(struct fpt_sinks *sinks, const char *words)
{
	const char *colon = strchr(words, ':');
	const struct fpt_output *form = NULL;
	char name[16];

	if (colon && (size_t)(colon - words) < sizeof(name)) {
		snprintf(name, sizeof(name), "%.*s", (int)(colon - words), words);
		form = fpt_output__find(name);
	}
	if (!form)
		return "want FORM:FILE, with FORM one of " FPT_OUTPUT_NAMES;
	return fpt_sinks__add(sinks, form, colon + 1);
}

static bool is_file(const struct stat *mine, const char *path)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == mine->st_dev &&
	       other.st_ino == mine->st_ino;
}

/* Whether an earlier sink or somebody else has the same file: each would spoil the other. */
static bool is_taken(const struct fpt_sinks *sinks, unsigned int number)
{
	struct stat mine, other;
	unsigned int i;
	int kept;

	if (fstat(fileno(sinks->sink[number].out), &mine) < 0 || !S_ISREG(mine.st_mode))
		return false;
	for (kept = 0; kept < sinks->kept_count; kept++)
		if (is_file(&mine, sinks->kept[kept]))
			return true;
	for (i = 0; i < number; i++)
		if (fstat(fileno(sinks->sink[i].out), &other) == 0 && other.st_dev == mine.st_dev &&
		    other.st_ino == mine.st_ino)
			return true;
	return false;
}

static int refuse(const struct fpt_sink *sink, const char *why, int err)
{
	fprintf(stderr, "%s: cannot write %s: %s\n", program_invocation_short_name,
		sink->path ? sink->path : "standard output", why);
	return err;
}

int fpt_sink__refuse(const struct fpt_sink *sink, int err)
{
	return refuse(sink, strerror(-err), err);
}

static int open_form(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	int err = sink->form->open ? sink->form->open(sink, tally) : 0;

	return err ? fpt_sink__refuse(sink, err) : 0;
}

int fpt_sinks__open(struct fpt_sinks *sinks, const struct fpt_tally *tally)
{
	unsigned int i;
	int fd, err;

	for (i = 0; i < sinks->count; i++) {
		struct fpt_sink *sink = &sinks->sink[i];

		if (!sink->path) {
			if (sink->form->binary && isatty(fileno(sink->out)))
				return refuse(sink, "it is a terminal", -EINVAL);
			err = open_form(sink, tally);
			if (err)
				return err;
			continue;
		}
		/* Emptied only when it is known that nobody needs what is in it. */
		fd = open(sink->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
		sink->out = fd < 0 ? NULL : fdopen(fd, "w");
		if (!sink->out)
			return refuse(sink, strerror(errno), -errno);
		if (is_taken(sinks, i))
			return refuse(sink, "it is a log or another output of this run", -EINVAL);
		if (ftruncate(fd, 0) && errno != EINVAL)
			return refuse(sink, strerror(errno), -errno);
		err = open_form(sink, tally);
		if (err)
			return err;
	}
	return 0;
}

void fpt_sinks__end_run(struct fpt_sinks *sinks)
{
	unsigned int i;

	for (i = 0; i < sinks->count; i++) {
		struct fpt_sink *sink = &sinks->sink[i];

		if (sink->form->free)
			sink->form->free(sink);
		sink->state = NULL;
	}
}

/* What is left of a report goes to its file; errno may tell of what did not.  0 or -errno */
static int flush_sink(struct fpt_sink *sink)
{
	bool failed = fflush(sink->out) || ferror(sink->out);

	if (sink->path)
		failed |= fclose(sink->out) != 0;
	/* Of a write that failed before, the stream does not know why. */
	return failed ? refuse(sink, strerror(errno ? errno : EIO), -EIO) : 0;
}

int fpt_sinks__close(struct fpt_sinks *sinks, const struct fpt_tally *tally)
{
	unsigned int i;
	int err = 0, failed;

	fpt_sinks__end_run(sinks);
	for (i = 0; i < sinks->count; i++) {
		struct fpt_sink *sink = &sinks->sink[i];

		if (!sink->out)
			continue;
		failed = 0;
		errno = 0;
		/* One that could not be opened has nothing to close. */
		if (sink->form->close && (sink->all || !sink->form->open))
			failed = sink->form->close(sink, tally);
		if (failed)
			err = failed;
		failed = flush_sink(sink);
		if (failed)
			err = failed;
		sink->out = NULL;
		sink->all = NULL;
	}
	return err;
}

int fpt_finish_stdout(int code)
{
	const struct fpt_sink sink = { .out = stdout };

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	refuse(&sink, strerror(errno ? errno : EIO), 0);
	return FPT_EXIT_USAGE;
}

enum fpt_verdict fpt_tally__verdict(const struct fpt_tally *tally)
{
	if (tally->verdicts[FPT_VERDICT_VIOLATION])
		return FPT_VERDICT_VIOLATION;
	return tally->verdicts[FPT_VERDICT_INCONCLUSIVE] || tally->unread ? FPT_VERDICT_INCONCLUSIVE
									  : FPT_VERDICT_PASS;
}

const char *fpt_tally__words(const struct fpt_tally *tally, char *out, size_t size)
{
	static const enum fpt_verdict order[] = { FPT_VERDICT_VIOLATION, FPT_VERDICT_INCONCLUSIVE,
						  FPT_VERDICT_PASS };
	size_t i, used = 0;

	*out = '\0';
	for (i = 0; i < FPT_VERDICTS; i++)
		if (tally->verdicts[order[i]] && used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%u %s",
						 used ? ", " : "", tally->verdicts[order[i]],
						 fpt_verdict_name(order[i]));
	if (tally->unread && used < size)
		snprintf(out + used, size - used, "%s%u not read", used ? ", " : "", tally->unread);
	return out;
}
