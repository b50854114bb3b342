// SPDX-License-Identifier: GPL-2.0-only
/*
 * The BPF objects that are linked into the program: opens one for a target, and
 * sets what it must know before the kernel takes it.
 */
#include "objects.h"

#include <errno.h>
#include <string.h>

#include "attach.h"

/* Linked in by bpf_objects.S */
extern const char fpt_bpf_fuse[], fpt_bpf_fuse_end[];
extern const char fpt_bpf_fusept[], fpt_bpf_fusept_end[];

struct bpf_map *fpt_object__internal_map(struct bpf_object *object, const char *suffix)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__is_internal(map) && strstr(bpf_map__name(map), suffix))
			return map;
	return NULL;
}

static int set_config(struct bpf_object *object, const struct fpt_target *target,
		      const struct fpt_ring_options *options, uint64_t secret)
{
	struct fpt_config config = options->filter;
	struct bpf_map *map = fpt_object__internal_map(object, ".rodata");

	config.secret = secret;
	config.target = target->config.target;
	config.cache_io_bit = target->config.cache_io_bit;
	config.bad_bit = target->config.bad_bit;
	config.start_fb_arg = target->config.start_fb_arg;
	config.init_args_arg = target->config.init_args_arg;
	config.init_error_arg = target->config.init_error_arg;
	config.passthrough_id_arg = target->config.passthrough_id_arg;
	config.forget_by_chan = target->config.forget_by_chan;
	config.request_args_arg = target->config.request_args_arg;
	config.revalidate_entry_arg = target->config.revalidate_entry_arg;
	config.end_write_iocb = target->config.end_write_iocb;
	config.end_write_moved_arg = target->config.end_write_moved_arg;
	config.ino_bit = target->config.ino_bit;
	config.wake_bytes = options->ring_bytes / 4;
	return map ? bpf_map__set_initial_value(map, &config, sizeof(config)) : -ENOENT;
}

static int leave_out_missing(struct bpf_object *object, const struct fpt_target *target)
{
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(object, fpt_hooks[hook].program);

		if (!program)
			return -ENOENT;
		if (!target->hook[hook].function[0])
			bpf_program__set_autoload(program, false);
	}
	return 0;
}

/* What programs would do with the map of stacks is dead code then. */
static int leave_out_stacks(struct bpf_object *object)
{
	return bpf_map__set_autocreate(bpf_object__find_map_by_name(object, "stacks"), false);
}

static int share_maps(struct bpf_object *object, struct bpf_object *first, size_t ring_bytes)
{
	static const char *const shared[] = { "ring", "counters", "moved", "stacks" };
	struct bpf_map *map;
	size_t i;
	int err;

	if (!first) {
		map = bpf_object__find_map_by_name(object, "ring");
		return bpf_map__set_max_entries(map, ring_bytes);
	}
	for (i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		map = bpf_object__find_map_by_name(object, shared[i]);
		if (!bpf_map__autocreate(map))
			continue;
		err = bpf_map__reuse_fd(
			map, bpf_map__fd(bpf_object__find_map_by_name(first, shared[i])));
		if (err)
			return err;
	}
	return 0;
}

int fpt_object__load(struct bpf_object **loaded, const struct fpt_target *target,
		     const struct fpt_ring_options *options, uint64_t secret,
		     struct bpf_object *first)
{
	bool beside = target->id == FPT_TARGET_ID_FUSEPT;
	const char *start = beside ? fpt_bpf_fusept : fpt_bpf_fuse;
	const char *end = beside ? fpt_bpf_fusept_end : fpt_bpf_fuse_end;
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = beside ? "fusept" : "fuse");
	struct bpf_object *object = bpf_object__open_mem(start, end - start, &opts);
	int err;

	if (!object)
		return -errno;
	*loaded = object;
	err = set_config(object, target, options, secret);
	if (!err)
		err = leave_out_missing(object, target);
	if (!err && !options->filter.stacks)
		err = leave_out_stacks(object);
	if (!err)
		err = share_maps(object, first, options->ring_bytes);
	return err ?: bpf_object__load(object);
}
