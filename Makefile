# SPDX-License-Identifier: GPL-2.0-only
# fusept.  "make help" lists the targets; V=1 shows the commands; O=DIR builds
# elsewhere than in build/.

O ?= build
SUITE ?= bookworm-backports
prefix ?= /usr/local
CFLAGS ?= -O2 -g
CLANG ?= clang
BPFTOOL ?= $(or $(shell command -v bpftool),/usr/sbin/bpftool)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -MMD -MP
BPF_CFLAGS := -target bpf -g -O2 -Wall -Wextra -Wno-missing-declarations -MMD -MP \
	-I/usr/include/$(shell gcc -print-multiarch 2>/dev/null)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

MAINS := src/trace.c src/audit.c
LIB := $(patsubst src/%.c,$(O)/src/%.o,$(filter-out $(MAINS),$(wildcard src/*.c)))
LIVE := $(addprefix $(O)/src/,source_ring.o bpf_objects.o target.o live.o features.o command.o \
	trace_options.o)
COMMON := $(filter-out $(LIVE),$(LIB))
SERVER := $(patsubst tools/server/%.c,$(O)/server/%.o,$(wildcard tools/server/*.c))
UNIT := $(patsubst tests/unit/test_%.c,$(O)/unit/test_%,$(wildcard tests/unit/test_*.c))
PROGRAMS := $(O)/fusept-trace $(O)/fusept-audit $(O)/fusept-server

.DELETE_ON_ERROR:
.PHONY: all run check live-check unit-check bench fuzz lint deps sysroot kmod install uninstall clean help

all: deps
	$(Q)$(MAKE) --no-print-directory programs
programs: $(PROGRAMS)
.PHONY: programs

$(O)/fusept-trace: $(O)/src/trace.o $(LIVE) $(COMMON)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lbpf -lelf -lz
$(O)/fusept-audit: $(O)/src/audit.o $(COMMON)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -o $@ $^ -lz
$(O)/fusept-server: $(SERVER)
	$(call say,LD,$@)$(CC) $(LDFLAGS) -pthread -o $@ $^

$(O)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -c -o $@ $<
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
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Isrc -o $@ $< $(COMMON) -lcmocka -lz

-include $(wildcard $(O)/src/*.d $(O)/server/*.d $(O)/bpf/*.d $(O)/unit/*.d)

deps:
	$(Q)tools/deps
clean:
	rm -rf $(O)
