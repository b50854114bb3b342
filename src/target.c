// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resolves hooks, argument positions and enum values from BTF.  Never decides
 * by kernel version: a distribution's backport or a user's own patch counts.
 */
#include "target.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

#define INO_BIT_PATH "/sys/module/fusept/parameters/passthrough_ino_bit"

bool fpt_target__is_kernel_hook(int hook)
{
	return fpt_hooks[hook].functions[0] == '=';
}

void fpt_target__function_name(enum fpt_target_id id, const char *function, char *name, size_t size)
{
	const char *fuse = strstr(function, "fuse");

	if (function[0] == '=')
		snprintf(name, size, "%s", function + 1);
	else if (id == FPT_TARGET_ID_FUSE)
		snprintf(name, size, "%s", function);
	else if (fuse)
		snprintf(name, size, "%.*sfusept%s", (int)(fuse - function), function, fuse + 4);
	else
		snprintf(name, size, "fusept_%s", function);
}

/* The struct name a parameter points to, or its own name if it is no pointer. */
static const char *parameter_type(const struct btf *btf, const struct btf_param *param)
{
	const struct btf_type *type = btf__type_by_id(btf, param->type);

	while (type && (btf_is_ptr(type) || btf_is_mod(type)))
		type = btf__type_by_id(btf, type->type);
	return type ? btf__name_by_offset(btf, type->name_off) : "";
}

/* Which parameter points to fuse's struct @suffix; -1 if none. */
static int parameter_index(const struct btf *btf, const struct btf_type *proto,
			   enum fpt_target_id id, const char *type_name)
{
	const struct btf_param *params = btf_params(proto);
	char wanted[64];
	int i;

	if (strncmp(type_name, "fuse_", 5) == 0)
		fpt_target__function_name(id, type_name, wanted, sizeof(wanted));
	else
		snprintf(wanted, sizeof(wanted), "%s", type_name);
	for (i = 0; i < btf_vlen(proto); i++)
		if (strcmp(parameter_type(btf, &params[i]), wanted) == 0)
			return i;
	return -1;
}

/* Programs that take their first argument for a pointer to that type, come what may. */
static bool first_fits(const struct btf *btf, const struct btf_type *proto,
		       const struct fpt_target *target, const char *program)
{
	static const struct {
		const char *program, *type;
	} firsts[] = {
		{ "entry_timeout_entry", "dentry" },
		{ "passthrough_read_exit", "kiocb" },
		{ "passthrough_splice_exit", "file" },
		{ "request_end_entry", "fuse_req" },
	};
	size_t i;

	for (i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		if (strcmp(program, firsts[i].program) == 0)
			return parameter_index(btf, proto, target->id, firsts[i].type) == 0;
	return true;
}

/* Signatures differ between versions of the series: positions come from types. */
static void resolve_arguments(struct fpt_target *target, const struct btf *btf, int hook,
			      const struct btf_type *proto)
{
	const char *program = fpt_hooks[hook].program;
	struct fpt_config *config = &target->config;
	int at = 0;

	if (strcmp(program, "uncached_start_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "fuse_backing");
		config->start_fb_arg = at;
	} else if (strcmp(program, "init_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "fuse_args");
		config->init_args_arg = at;
		config->init_error_arg = btf_vlen(proto) - 1;
	} else if (strcmp(program, "passthrough_open_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "int");
		config->passthrough_id_arg = at;
	} else if (strcmp(program, "request_exit") == 0) {
		at = parameter_index(btf, proto, target->id, "fuse_args");
		config->request_args_arg = at;
	} else if (strcmp(program, "revalidate_exit") == 0) {
		at = parameter_index(btf, proto, target->id, "dentry");
		config->revalidate_entry_arg = at;
	} else if (strcmp(program, "iget_exit") == 0) {
		at = parameter_index(btf, proto, target->id, "int") == 2 ? 0 : -1;
	} else if (strcmp(program, "forget_entry") == 0) {
		config->forget_by_chan = parameter_index(btf, proto, target->id, "fuse_chan") == 0;
	} else if (strcmp(program, "passthrough_write_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "ssize_t");
		config->end_write_moved_arg = at;
		config->end_write_iocb = parameter_index(btf, proto, target->id, "kiocb") == 0;
		if (!config->end_write_iocb && parameter_index(btf, proto, target->id, "file") != 0)
			at = -1;
	}
	if (at < 0 || !first_fits(btf, proto, target, program))
		target->hook[hook].function[0] = '\0';
}

/* Whether @name is one of "a|b" in this target; an earlier one goes first. */
static bool is_alternative(enum fpt_target_id id, const char *functions, const char *name)
{
	char one[64], wanted[64];

	while (*functions) {
		size_t length = strcspn(functions, "|");

		snprintf(one, sizeof(one), "%.*s", (int)length, functions);
		fpt_target__function_name(id, one, wanted, sizeof(wanted));
		if (strcmp(wanted, name) == 0)
			return true;
		functions += length + (functions[length] == '|');
	}
	return false;
}

static void take_function(struct fpt_target *target, const struct btf *btf, unsigned int id,
			  const char *name)
{
	const struct btf_type *proto = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		struct fpt_target_hook *found = &target->hook[hook];

		if (found->function[0] ||
		    !is_alternative(target->id, fpt_hooks[hook].functions, name))
			continue;
		snprintf(found->function, sizeof(found->function), "%s", name);
		found->btf_id = id;
		resolve_arguments(target, btf, hook, proto);
	}
}

/* fuse_inode's state bits are an anonymous enum, which CO-RE cannot relocate. */
static void take_enum(const struct btf *btf, const struct btf_type *type, int *cache_io, int *bad)
{
	const struct btf_enum *value = btf_enum(type);
	int i;

	for (i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(btf, value[i].name_off);

		if (strcmp(name, "FUSE_I_CACHE_IO_MODE") == 0)
			*cache_io = value[i].val;
		else if (strcmp(name, "FUSE_I_BAD") == 0)
			*bad = value[i].val;
	}
}

/* Cheap, as it is asked for each function of the kernel. */
static bool may_be_hooked(const char *name)
{
	return strstr(name, "fuse") || strcmp(name, "process_init_reply") == 0 ||
	       strcmp(name, "filemap_splice_read") == 0 ||
	       strcmp(name, "backing_aio_rw_complete") == 0;
}

/* All that is wanted, in one walk: BTF of a kernel has far over 100,000 types. */
static void walk(struct fpt_target *target, const struct btf *btf, unsigned int from, int *cache_io,
		 int *bad)
{
	unsigned int id, count = btf__type_cnt(btf);

	for (id = from; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_func(type)) {
			const char *name = btf__name_by_offset(btf, type->name_off);

			if (may_be_hooked(name))
				take_function(target, btf, id, name);
		} else if (btf_is_enum(type) && !type->name_off) {
			take_enum(btf, type, cache_io, bad);
		}
	}
}

static void read_ino_bit(struct fpt_target *target)
{
	FILE *file = target->id == FPT_TARGET_ID_FUSEPT ? fopen(INO_BIT_PATH, "re") : NULL;

	if (!file)
		return;
	if (fscanf(file, "%u", &target->ino_bit) != 1 || target->ino_bit > 63)
		target->ino_bit = 0;
	fclose(file);
	target->config.ino_bit = target->ino_bit;
}

/*
 * The enum values may be known from vmlinux, as a module's BTF does not repeat
 * them.  Without the io-mode bit this is a fuse from before 6.9.
 */
static void resolve(struct fpt_target *target, const struct btf *btf, unsigned int from,
		    int *cache_io, int *bad)
{
	target->config.target = target->id;
	walk(target, btf, from, cache_io, bad);
	target->present = *cache_io >= 0 && *bad >= 0;
	target->config.cache_io_bit = *cache_io;
	target->config.bad_bit = *bad;
	read_ino_bit(target);
}

/* The kernel's own functions are the same for all. */
static void share_kernel_hooks(struct fpt_target targets[FPT_TARGET_IDS])
{
	int hook, id;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++)
		for (id = 1; fpt_target__is_kernel_hook(hook) && id < FPT_TARGET_IDS; id++)
			targets[id].hook[hook] = targets[0].hook[hook];
}

/* fuse may be built in or a module; the bundled one is always a module. */
int fpt_targets__probe(struct fpt_target targets[FPT_TARGET_IDS])
{
	struct btf *vmlinux = btf__load_vmlinux_btf(), *module;
	int id, cache_io = -1, bad = -1;

	memset(targets, 0, sizeof(*targets) * FPT_TARGET_IDS);
	if (!vmlinux)
		return -ENOTSUP;
	targets[FPT_TARGET_ID_FUSE].name = "fuse";
	targets[FPT_TARGET_ID_FUSEPT].name = "fusept";
	targets[FPT_TARGET_ID_FUSEPT].id = FPT_TARGET_ID_FUSEPT;
	resolve(&targets[FPT_TARGET_ID_FUSE], vmlinux, 1, &cache_io, &bad);
	share_kernel_hooks(targets);
	for (id = 0; id < FPT_TARGET_IDS; id++) {
		module = btf__load_module_btf(targets[id].name, vmlinux);
		if (module) {
			targets[id].in_module = true;
			resolve(&targets[id], module, btf__type_cnt(vmlinux), &cache_io, &bad);
		}
		btf__free(module);
	}
	btf__free(vmlinux);
	return 0;
}

bool fpt_target__has(const struct fpt_target *target, int kind)
{
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++)
		if (fpt_hooks[hook].kind == kind && !target->hook[hook].function[0])
			return false;
	return target->present;
}

unsigned long long fpt_target__events(const struct fpt_target *target)
{
	unsigned long long events = 0;
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++)
		if (fpt_hooks[hook].kind < 64 && fpt_target__has(target, fpt_hooks[hook].kind))
			events |= 1ULL << fpt_hooks[hook].kind;
	return events;
}
