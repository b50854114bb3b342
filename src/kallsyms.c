// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads lines such as "ffffffff81234560 t vfs_open" and, of a module,
 * "ffffffffc0123450 t fusept_open\t[fusept]".
 */
#include "kallsyms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No function is larger: behind one that ends there may be anything, or nothing. */
#define FUNCTION_MAX (256 << 10)

/* Of one line, which is cut into words.  False: it is no function. */
static bool parse(char *line, struct fpt_symbol *symbol)
{
	char *at, *module;

	symbol->address = strtoull(line, &at, 16);
	if (at == line || at[0] != ' ' || !at[1] || !strchr("tTwW", at[1]) || at[2] != ' ')
		return false;
	symbol->name = at + 3;
	module = strchr(at + 3, '[');
	at = at + 3 + strcspn(at + 3, " \t");
	symbol->module = module ? module + 1 : "";
	if (module)
		module[1 + strcspn(module + 1, "]")] = '\0';
	*at = '\0';
	return *symbol->name;
}

static int add(struct fpt_kallsyms *kallsyms, const struct fpt_symbol *symbol)
{
	size_t room = kallsyms->room ? 2 * kallsyms->room : 1 << 16;
	struct fpt_symbol *grown;

	if (kallsyms->count == kallsyms->room) {
		grown = realloc(kallsyms->symbol, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		kallsyms->symbol = grown;
		kallsyms->room = room;
	}
	kallsyms->symbol[kallsyms->count++] = *symbol;
	return 0;
}

/* Of several names of an address the one that comes first in the file. */
static int compare(const void *left, const void *right)
{
	const struct fpt_symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->name < b->name ? -1 : 1;
}

/* The whole file, which has no NUL.  0 or -errno. */
static int read_all(const char *path, char **text)
{
	FILE *file = fopen(path, "re");
	size_t room = 0;
	int err = 0;

	if (!file)
		return -errno;
	if (getdelim(text, &room, '\0', file) < 0)
		err = ferror(file) ? -errno : -ENODATA;
	fclose(file);
	return err;
}

int fpt_kallsyms__read(struct fpt_kallsyms *kallsyms, const char *path)
{
	int err = read_all(path, &kallsyms->text);
	struct fpt_symbol symbol;
	bool shown = false;
	char *line, *rest;

	for (line = err ? NULL : kallsyms->text; line && !err; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (!parse(line, &symbol))
			continue;
		shown |= symbol.address != 0;
		err = add(kallsyms, &symbol);
	}
	if (!err && !shown)
		err = -EPERM;
	if (err)
		fpt_kallsyms__free(kallsyms);
	else
		qsort(kallsyms->symbol, kallsyms->count, sizeof(symbol), compare);
	return err;
}

const struct fpt_symbol *fpt_kallsyms__find(const struct fpt_kallsyms *kallsyms, uint64_t address)
{
	const struct fpt_symbol *symbol = kallsyms->symbol;
	size_t low = 0, high = kallsyms->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - symbol[low - 1].address >= FUNCTION_MAX)
		return NULL;
	for (low--; low && symbol[low - 1].address == symbol[low].address;)
		low--;
	return &symbol[low];
}

bool fpt_kallsyms__shows(const char *path)
{
	FILE *file = fopen(path, "re");
	struct fpt_symbol symbol = { 0 };
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (file && !found && getline(&line, &room, file) > 0)
		found = parse(line, &symbol);
	free(line);
	if (file)
		fclose(file);
	return found && symbol.address;
}

void fpt_kallsyms__free(struct fpt_kallsyms *kallsyms)
{
	free(kallsyms->text);
	free(kallsyms->symbol);
	*kallsyms = (struct fpt_kallsyms){ 0 };
}
