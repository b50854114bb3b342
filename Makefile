# SPDX-License-Identifier: GPL-2.0-only
# fusept.  "make help" lists the targets; V=1 shows the commands; O=DIR builds
# elsewhere than in build/.

O ?= build
SUITE ?= bookworm-backports
# Candidate fixes that the bundled module gets: names of kmod/fixes, or all.
export FIXES ?=
prefix ?= /usr/local
CFLAGS ?= -O2 -g
# The checker is many small files that call each other at each event.  LTO= does without.
LTO ?= -flto=auto -ffat-lto-objects
CLANG ?= clang
BPFTOOL ?= $(or $(shell command -v bpftool),/usr/sbin/bpftool)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -MMD -MP
BPF_CFLAGS := -target bpf -g -O2 -Wall -Wextra -Wno-missing-declarations -MMD -MP \
	-I/usr/include/$(shell gcc -print-multiarch 2>/dev/null)

LIBS := -lz -lzstd -ljq -ljson-c

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

MAINS := src/trace.c src/audit.c
LIB := $(patsubst src/%.c,$(O)/src/%.o,$(filter-out $(MAINS),$(wildcard src/*.c)))
LIVE := $(addprefix $(O)/src/,source_ring.o objects.o attach.o bpf_objects.o target.o live.o \
	live_meta.o live_stacks.o features.o command.o)
COMMON := $(filter-out $(LIVE),$(LIB))
STRESS := $(patsubst tools/stress/%.c,$(O)/stress-tool/%.o,$(wildcard tools/stress/*.c))
SERVER := $(patsubst tools/server/%.c,$(O)/server/%.o,$(wildcard tools/server/*.c))
UNIT := $(patsubst tests/unit/test_%.c,$(O)/unit/test_%,$(wildcard tests/unit/test_*.c))
PROGRAMS := $(addprefix $(O)/,fusept-trace fusept-audit fusept-server fusept-stress)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all programs run check unit-check live-check mutants stress bench fuzz lint docs deps \
	sysroot kmod kmod-sysroot install uninstall clean help

all: deps
	$(Q)$(MAKE) --no-print-directory programs
programs: $(PROGRAMS)

$(O)/fusept-trace: $(O)/src/trace.o $(LIVE) $(COMMON)
	$(call say,LD,$@)$(CC) $(LTO) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ -lbpf -lelf $(LIBS)
$(O)/fusept-audit: $(O)/src/audit.o $(COMMON)
	$(call say,LD,$@)$(CC) $(LTO) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(LIBS)
$(O)/fusept-server: $(SERVER)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -pthread -o $@ $^

$(O)/fusept-stress: $(STRESS)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -pthread -o $@ $^

# Part of the tests.  Static, for it starts often, and in an emulated machine.
$(O)/calls: tests/calls.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -static -o $@ $<

# Generates logs to measure with.
$(O)/bench_log: tests/bench_log.c $(COMMON)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Isrc -pthread -o $@ $< $(COMMON) $(LIBS)

# Reading a log is loops over columns of numbers.
$(O)/src/log_column.o $(O)/src/log_unpack.o: CFLAGS += -O3

$(O)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) $(LTO) -c -o $@ $<
$(O)/stress-tool/%.o: tools/stress/%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -pthread -c -o $@ $<
$(O)/server/%.o: tools/server/%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -pthread -c -o $@ $<
$(O)/src/bpf_objects.o: src/bpf_objects.S $(O)/bpf/fuse.bpf.o $(O)/bpf/fusept.bpf.o
	@mkdir -p $(@D)
	$(call say,AS,$@)$(CC) -Wa,-I$(O)/bpf -c -o $@ $<

# One source, compiled for each of the two sets of type names.  bpftool's
# linker drops what only a debugger wants.
$(O)/bpf/fusept.raw.o: BPF_CFLAGS += -DFPT_BESIDE
$(O)/bpf/%.raw.o: bpf/fusept.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF,$@)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<
$(O)/bpf/%.bpf.o: $(O)/bpf/%.raw.o
	$(call say,GEN,$@)$(BPFTOOL) gen object $@ $< >/dev/null

$(O)/unit/test_%: tests/unit/test_%.c $(COMMON)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Isrc -pthread -o $@ $< $(COMMON) -lcmocka $(LIBS)

-include $(wildcard $(foreach d,. src server stress-tool bpf unit,$(O)/$(d)/*.d))

deps:
	$(Q)tools/deps

# ---- the guest's root and kernel, in the cache folder, and the module for it ----

empty :=
# As tests/live names it: a folder for each choice of fixes.
KMOD = $(O)/kmod$(subst $(empty) ,,$(patsubst %,-%,$(notdir $(FIXES))))
SYSROOT = $(shell tools/fusept-sysroot --suite $(SUITE) --print-dir 2>/dev/null)
GUEST_RELEASE = $(shell cat $(SYSROOT)/kernel-release)

sysroot: deps
	$(Q)tools/fusept-sysroot --suite $(SUITE)

ifdef KDIR
kmod: deps
	$(Q)kmod/build --kdir $(KDIR) --fuse-src $(FUSE_SRC) \
		--out $(KMOD)/$(shell cat $(KDIR)/include/config/kernel.release) $(FIXES:%=--fix %)
else
kmod: sysroot
	$(Q)$(MAKE) --no-print-directory kmod-sysroot
endif
kmod-sysroot: $(KMOD)/$(SUITE).stamp
$(KMOD)/$(SUITE).stamp: $(wildcard kmod/* $(if $(FIXES),kmod/fixes/* $(FIXES))) $(SYSROOT)/stamp
	@mkdir -p $(@D)
	$(call say,KMOD,$(KMOD)/$(GUEST_RELEASE)/fusept.ko)kmod/build --chroot $(SYSROOT)/root \
		--kdir /lib/modules/$(GUEST_RELEASE)/build --fuse-src $(SYSROOT)/fuse-src/fs/fuse \
		--out $(KMOD)/$(GUEST_RELEASE) $(FIXES:%=--fix %) >/dev/null
	@touch $@

# ---- showing and testing ----

VM = tools/fusept-vm --suite $(SUITE) --share $(abspath $(O))

run: all kmod
	$(Q)$(VM) -- tools/demo $(abspath $(O))

check: all kmod
	$(Q)$(MAKE) --no-print-directory $(UNIT) $(O)/bench_log $(O)/calls
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) tests/run
unit-check: all
	$(Q)$(MAKE) --no-print-directory $(UNIT) $(O)/bench_log
	$(Q)O=$(abspath $(O)) tests/run unit
live-check: all kmod
	$(Q)$(MAKE) --no-print-directory $(O)/calls
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) tests/run live
# Seeded kernel bugs, of this folder; builds and boots a module for each.
DIR ?= tests/mutants
mutants: all kmod
	$(Q)$(MAKE) --no-print-directory $(O)/calls
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) tests/run-mutants $(DIR)
# Random operations under the tracer, on fuse and on the module, or on one of them.
OPS ?= 100000
SEED ?= 1
stress: all kmod
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) tests/stress --ops $(OPS) --seed $(SEED) \
		$(if $(TARGET),--target $(TARGET)) $(if $(FAULTS),--faults $(FAULTS))
# EVENTS of the logs that are generated for fusept-audit; they take some 10 bytes each.
EVENTS ?= 50000000
bench: all kmod
	$(Q)tools/deps bench jq
	$(Q)$(MAKE) --no-print-directory $(O)/bench_log
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) tests/bench
	$(Q)O=$(abspath $(O)) EVENTS=$(EVENTS) tests/bench-audit
lint: deps
	$(Q)tests/lint
# What is made from the tables and committed; lint finds it stale.
docs:
	$(Q)tools/deps docs
	$(Q)man/update --draw

# libFuzzer comes with clang; the objects that are fuzzed are compiled once more, with sanitizers.
SECONDS ?= 60
HISTORIES ?= 1000000
FUZZ_CFLAGS := -g -O1 -std=gnu11 -D_GNU_SOURCE -Isrc -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined
FUZZERS := $(addprefix $(O)/fuzz/fuzz-,log jsonl libfuse expect text history)
FUZZED := $(patsubst $(O)/%.o,%.c,$(COMMON))

$(O)/fuzz/fuzz-%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) $(FUZZED) \
		$(wildcard src/*.h src/spec/*.def)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CLANG) $(FUZZ_CFLAGS) -o $@ $< $(FUZZED) $(LIBS)
fuzz: all kmod
	$(Q)tools/deps fuzz
	$(Q)$(MAKE) --no-print-directory $(FUZZERS) $(O)/unit/test_histories
	$(Q)O=$(abspath $(O)) SUITE=$(SUITE) SEED=$(SEED) tests/fuzz/run $(SECONDS) $(HISTORIES)

# ---- installing ----

bindir = $(DESTDIR)$(prefix)/bin
datadir = $(DESTDIR)$(prefix)/share/fusept
mandir = $(DESTDIR)$(prefix)/share/man
MAN := $(wildcard man/*.[1-8])

installed = $(mandir)/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))

install: programs
	install -d $(bindir)
	install $(PROGRAMS) $(bindir)
	install -D -m 644 -t $(datadir) share/fusept.schema.json
	$(foreach page,$(MAN),install -D -m 644 $(page) $(call installed,$(page));)
uninstall:
	rm -rf $(datadir)
	rm -f $(addprefix $(bindir)/,$(notdir $(PROGRAMS))) \
		$(foreach page,$(MAN),$(call installed,$(page)))
clean:
	rm -rf $(O)

help:
	@printf '%s\n' \
		'make            installs missing packages, builds the tools' \
		'make run        a demonstration in a VM' \
		'make check      every test; unit-check and live-check are its parts' \
		'make kmod       the bundled module for the VM (KDIR=, FUSE_SRC=: for your kernel)' \
		'make sysroot    the root and kernel of the VM, in the cache folder' \
		'make mutants    seeded kernel bugs, which the checks must find (DIR=: your own)' \
		'make stress     random operations: OPS=100000 SEED=1 TARGET=fuse|fusept FAULTS=PERCENT' \
		'make bench      what tracing costs, in guest instructions, and how fast an audit is: EVENTS=' \
		'make lint       style and static checks' \
		'make docs       renews what the manual and docs/ have from the tables' \
		'make fuzz       fuzzes the readers and the checker, SECONDS=60 each; and judges' \
		'                random histories: HISTORIES=1000000 SEED=1' \
		'make install    into prefix=$(prefix); DESTDIR is honoured; uninstall undoes it' \
		'make clean      removes $(O)' \
		'V=1 shows the commands; O=DIR builds there; SUITE=trixie-backports: another kernel;' \
		'FIXES=all: the module, and the tests on it, with the candidate fixes of kmod/fixes'
