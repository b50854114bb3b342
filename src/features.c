// SPDX-License-Identifier: GPL-2.0-only
/* --features: what this kernel allows, hook by hook and check by check. */
#include "live.h"
#include "table.h"

static void print_missing(const struct fpt_target *target, FILE *out)
{
	int hook, missing = 0;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		const struct fpt_kind_info *info = fpt_kind(fpt_hooks[hook].kind);

		if (target->hook[hook].function[0])
			continue;
		fprintf(out, "    no %-28s so no %s%s\n",
			fpt_hooks[hook].functions + fpt_target__is_kernel_hook(hook),
			info ? info->name : "?", fpt_hooks[hook].kind < 64 ? " events" : "");
		missing++;
	}
	fprintf(out, "    %d of %d hooks\n", FPT_HOOK_MAX - missing, FPT_HOOK_MAX);
}

static void print_checks(const struct fpt_target *target, FILE *out)
{
	struct fpt_checker_options options = { .events = fpt_target__events(target) };
	struct fpt_checker *checker = fpt_checker__new(&options);
	int check, off = 0, all = 0;

	for (check = 0; checker && check < FPT_CHECK_MAX; check++) {
		if (fpt_check__is_of_server(check))
			continue;
		all++;
		if (!fpt_checker__off(checker, check))
			continue;
		fprintf(out, "    off: %s\n", fpt_checks[check].id);
		off++;
	}
	fprintf(out, "    %d of %d checks\n", all - off, all);
	fpt_checker__free(checker);
}

int fpt_live__print_features(const struct fpt_live *live, FILE *out)
{
	bool any = false;
	int i;

	for (i = 0; i < 2; i++) {
		const struct fpt_target *target = &live->target[i];

		fprintf(out, "%s: ", target->name);
		if (!target->present) {
			fprintf(out, "%s\n",
				i ? "the bundled module is not loaded"
				  : "no fuse with io modes (Linux 6.9 or later)");
			continue;
		}
		any = true;
		fprintf(out, "present; passthrough_ino ");
		if (target->ino_bit)
			fprintf(out, "is INIT bit %u\n", target->ino_bit);
		else
			fprintf(out, "is unknown to it\n");
		print_missing(target, out);
		print_checks(target, out);
	}
	return any ? 0 : FPT_EXIT_UNSUPPORTED;
}
