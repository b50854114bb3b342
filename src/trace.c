// SPDX-License-Identifier: GPL-2.0-only
/* fusept-trace: watches live until told to stop, then gives the verdict. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "live.h"

#define POLL_MS 50

static volatile sig_atomic_t stop;

/* The first asks for an orderly end; a second one kills. */
static void on_signal(int number)
{
	stop = 1;
	signal(number, SIG_DFL);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Returns 0, or -errno when the stream broke. */
static int watch(struct fpt_live *live, struct fpt_command *command)
{
	uint64_t duration = live->options->duration_ns;
	uint64_t end = duration ? now_ns() + duration : 0;
	int err = 0;

	while (!stop && !fpt_session__full(&live->session) && !command->done && !err &&
	       (!end || now_ns() < end)) {
		err = fpt_live__poll(live, POLL_MS);
		if (err == -EINTR)
			err = 0;
		fpt_command__look(command);
	}
	return err ?: fpt_live__finish(live);
}

static int run(struct fpt_live *live)
{
	struct fpt_command command = {};
	struct fpt_ending ending = {};
	char words[256], line[1024];
	int err = 0, code;

	if (live->options->command)
		err = fpt_command__prepare(&command, live->options->command);
	if (err) {
		fprintf(stderr, "fusept-trace: cannot fork: %s\n", strerror(-err));
		return FPT_EXIT_USAGE;
	}
	/* The command is forked already: it keeps its own way with closed pipes. */
	if (live->options->log)
		signal(SIGPIPE, SIG_IGN);
	/* From the first output on, an end that is asked for is an orderly one. */
	catch_signals();
	code = fpt_live__start(live);
	if (code) {
		fpt_command__cancel(&command);
		return code;
	}
	if (live->options->verbose)
		fputs("fusept-trace: watching\n", stderr);
	fpt_command__go(&command);
	err = watch(live, &command);
	if (err)
		fprintf(stderr, "fusept-trace: the stream broke: %s\n", strerror(-err));
	ending.cut = err ? strerror(-err) : NULL;
	ending.log_failed = live->log_err;
	if (command.pid) {
		fpt_command__words(&command, words, sizeof(words));
		fpt_command__line(live->options->command, line, sizeof(line));
		ending.command = words;
		ending.command_line = line;
		ending.command_status = command.done ? command.status : -1;
	}
	fpt_session__warn(&live->session, "fusept-trace");
	return fpt_session__end(&live->session, &ending);
}

static int dry_run(const struct fpt_live *live)
{
	int i;

	for (i = 0; i < 2; i++)
		if (live->target[i].present)
			printf("would trace %s\n", live->target[i].name);
	if (live->options->command)
		printf("would run %s\n", live->options->command[0]);
	return 0;
}

int main(int argc, char **argv)
{
	struct fpt_trace_options options;
	struct fpt_live live;
	int code = fpt_trace_options__parse(&options, argc, argv);

	if (code)
		return code > 0 ? fpt_finish_stdout(EXIT_SUCCESS) : FPT_EXIT_USAGE;
	code = fpt_live__probe(&live, &options);
	if (!code && options.features)
		code = fpt_finish_stdout(fpt_live__print_features(&live, stdout));
	else if (!code && options.dry_run)
		code = fpt_finish_stdout(dry_run(&live));
	else if (!code)
		code = run(&live);
	fpt_live__close(&live);
	return code;
}
