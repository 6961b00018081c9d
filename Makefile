# Chapar. `make run` and `make test` set up what is missing; the rest is listed by `make help`.
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

BUILD ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif
WERROR ?=
OPT ?= -O2 -g
# A release says what it is: make VERSION=1.2.
VERSION ?=
SAN ?=
CHAR ?=

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wcast-align -Wwrite-strings \
	-Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough -Wconversion -Wno-sign-conversion \
	-Wnull-dereference $(WERROR)
# Long SQL and sentences in tables are broken into pieces; clang takes that for a lost comma.
CLANG_WARN := $(if $(findstring clang,$(CC)),-Wno-string-concatenation)
WARN += $(CLANG_WARN)
CWARN := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
ifneq ($(SAN),)
HARDEN := -fno-omit-frame-pointer
else
HARDEN := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
DEFS := -I. -I$(BUILD)/gen -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L \
	-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 $(if $(VERSION),-DCHAPAR_VERSION='"$(VERSION)"')
PKGS := libgpiod libserialport sqlite3 libmicrohttpd libsystemd jansson libsodium libutf8proc libical
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lpthread
CFLAGS_ALL := -std=c17 $(OPT) $(WARN) $(CWARN) $(HARDEN) $(SAN) $(CHAR) -fno-common \
	$(DEFS) $(PKG_CFLAGS) $(CFLAGS)
CXXFLAGS_ALL := -std=c++17 $(OPT) -Wall -Wextra $(WERROR) $(CLANG_WARN) $(HARDEN) $(SAN) $(CHAR) $(DEFS) $(CXXFLAGS)
LDFLAGS_ALL := $(SAN) -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# Each folder is one archive, rooms inside it included; a main links the archives its side may
# use and no other.
FOLDERS := firmware/base firmware/sms firmware/store firmware/radio firmware/office \
	drivers web/api tests/modemsim
# libgpiod's two APIs have a file each; the one that is not installed stays out.
OTHER_API := drivers/board/gpio_libgpiod$(if $(shell pkg-config --atleast-version=2 libgpiod && echo 2),,2).c
SOURCES = $(filter-out $(OTHER_API) $(1)/main/%,$(wildcard $(1)/*.$(2) $(1)/*/*.$(2)))
SRC_C := $(foreach d,$(FOLDERS),$(call SOURCES,$(d),c))
OBJ = $(patsubst %,$(BUILD)/obj/%.o,$(basename $(call SOURCES,$(1),c) $(call SOURCES,$(1),cc)))
LIB = $(patsubst %,$(BUILD)/lib/%.a,$(subst /,-,$(1)))

.PHONY: all
all: bins ## build everything that runs into build/bin

define folder_rule
$(call LIB,$(1)): $(call OBJ,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcs $$@ $$^
endef
$(foreach d,$(FOLDERS),$(eval $(call folder_rule,$(d))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(BUILD)/obj/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	@$(CXX) $(CXXFLAGS_ALL) -MMD -MP -c -o $@ $<

# What says the version is built anew when that changes.
VERSION_STAMP := $(BUILD)/gen/version
$(patsubst %.c,$(BUILD)/obj/%.o,$(shell grep -rlF firmware/base/version.h firmware web/api)): \
	$(VERSION_STAMP)
$(VERSION_STAMP): always
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
.PHONY: always
always:

# The panel is bundled by its own script into one C table of assets.
ifneq ($(wildcard web/panel/build.mjs),)
PANEL_SRC := $(shell find web/panel -type f -not -path '*/node_modules/*' -not -name '*.test.ts*')
PANEL_LIB := $(BUILD)/lib/panel-assets.a
endif
NPM_STAMP := web/node_modules/.chapar-lock
$(NPM_STAMP): web/package-lock.json
	@scripts/setup.sh run
	@touch -c $@
$(BUILD)/gen/panel_assets.c: $(PANEL_SRC) $(NPM_STAMP)
	@mkdir -p $(@D)
	@echo "  PANEL $(BUILD)/panel"
	@node web/panel/build.mjs $(BUILD)
$(BUILD)/obj/gen/panel_assets.o: $(BUILD)/gen/panel_assets.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(BUILD)/lib/panel-assets.a: $(BUILD)/obj/gen/panel_assets.o
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $^

# SQL stays SQL, and a page a page: x.sql becomes a list of bytes to include inside an
# initialiser's braces, as "firmware/store/x.sql.inc".
SQL_INC := $(patsubst %,$(BUILD)/gen/%.inc,$(wildcard firmware/store/*.sql))
PAGE_INC := $(BUILD)/gen/tests/modemsim/page.html.inc
$(SQL_INC) $(PAGE_INC): $(BUILD)/gen/%.inc: %
	@mkdir -p $(@D)
	@od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g' >$@
$(call OBJ,firmware/store): | $(SQL_INC)
$(call OBJ,tests/modemsim): | $(PAGE_INC)

LIBS_modemd := firmware/radio drivers firmware/store firmware/sms firmware/base
LIBS_paneld := web/api firmware/office firmware/store firmware/sms firmware/base
LIBS_chaparctl := firmware/office drivers firmware/store firmware/sms firmware/base
LIBS_modemsim := tests/modemsim firmware/sms firmware/base
LIB_paneld = $(PANEL_LIB)
NAME_modemd := chapar-modemd
NAME_paneld := chapar-paneld
NAME_chaparctl := chaparctl
NAME_modemsim := modemsim
MAIN_modemsim := tests/modemsim/main/modemsim.c
MAINS := modemd paneld chaparctl modemsim
BINS :=

# paneld and chaparctl parse numbers with libphonenumber, so the C++ driver links them.
define main_rule
ifneq ($$(wildcard $$(or $$(MAIN_$(1)),firmware/$(1).c)),)
BINS += $$(BUILD)/bin/$$(NAME_$(1))
$$(BUILD)/bin/$$(NAME_$(1)): $$(patsubst %.c,$$(BUILD)/obj/%.o,$$(or $$(MAIN_$(1)),firmware/$(1).c)) $$(foreach d,$$(LIBS_$(1)),$$(call LIB,$$(d))) $$(LIB_$(1))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	@$$(if $$(filter firmware/office,$$(LIBS_$(1))),$$(CXX),$$(CC)) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(if $$(filter firmware/office,$$(LIBS_$(1))),-lphonenumber) $$(PKG_LIBS)
endif
endef
$(foreach m,$(MAINS),$(eval $(call main_rule,$(m))))

.PHONY: bins
bins: $(BINS)

# Unit tests: one cmocka program a file, linked with every folder's archive but not with the
# panel: a test that serves assets brings its own table. The emulator has names of its own for
# the other end of the same lines, so its tests (test_modemsim_*) are linked as it is.
UNIT_BINS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_FOLDERS := $(filter-out tests/modemsim,$(FOLDERS))
define link_unit
@mkdir -p $(@D)
@echo "  LD    $@"
@$(CXX) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lphonenumber -lcmocka $(PKG_LIBS)
endef
$(BUILD)/unit/test_modemsim_%: $(BUILD)/obj/tests/unit/test_modemsim_%.o $(foreach d,$(LIBS_modemsim),$(call LIB,$(d)))
	$(link_unit)
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(foreach d,$(UNIT_FOLDERS),$(call LIB,$(d)))
	$(link_unit)
$(BUILD)/unit/test_dispatch_worlds: $(BUILD)/obj/tests/unit/dispatch_model.o
$(BUILD)/unit/test_at_vectors: $(BUILD)/obj/tests/unit/at_readings.o
$(BUILD)/unit/test_at_vectors $(BUILD)/unit/test_at_bounds: $(BUILD)/obj/tests/unit/at_sayings.o
.SECONDARY:
.PHONY: unit unit-bins
unit-bins: $(UNIT_BINS)
unit: $(UNIT_BINS) ## build and run the unit tests without sanitizers
	@for t in $(UNIT_BINS); do echo "== $$t"; $$t || exit 1; done

# Fuzz targets: one libFuzzer program a file; built by `make fuzz` and `make fuzz-smoke`.
FUZZ_BINS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
$(BUILD)/obj/tests/fuzz/%.o: CFLAGS_ALL += -Wno-missing-prototypes
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(foreach d,$(UNIT_FOLDERS),$(call LIB,$(d)))
	@mkdir -p $(@D)
	@echo "  LD    $@"
	@$(CXX) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lphonenumber $(PKG_LIBS)
.PHONY: fuzz-bins
fuzz-bins: $(FUZZ_BINS)

# firmware/sms beside other people's libraries, which nothing else needs: scripts/setup.sh
# conformance installs them.
PEER_CFLAGS := $(subst -I,-isystem ,$(shell pkg-config --cflags gammu libosmogsm 2>/dev/null))
PEER_LIBS := -lGammu -losmogsm -losmocore
PEER_OBJ := $(BUILD)/obj/tests/conformance/peers.o
$(BUILD)/obj/tests/conformance/%.o $(BUILD)/obj/tests/bench/%.o: CFLAGS_ALL += $(PEER_CFLAGS)
$(BUILD)/conformance/%: $(BUILD)/obj/tests/conformance/%.o $(PEER_OBJ) $(call LIB,firmware/sms) $(call LIB,firmware/base)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PEER_LIBS)
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(PEER_OBJ) $(call LIB,firmware/sms) $(call LIB,firmware/base)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PEER_LIBS)

# Choosing and fetching, on a store of its own.
$(BUILD)/bench/dispatch: $(BUILD)/obj/tests/bench/dispatch.o $(foreach d,firmware/radio firmware/store firmware/sms firmware/base,$(call LIB,$(d)))
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

# A disk that tests rule over, ptys that pass for UARTs, and files that pass for lines, put under
# the daemons by LD_PRELOAD.
PRELOADS := $(patsubst %,$(BUILD)/lib/%.so,faultfs uart fakegpio)
$(BUILD)/lib/faultfs.so: tests/faultfs/faultfs.c
$(BUILD)/lib/uart.so: tests/uart/uart.c
$(BUILD)/lib/fakegpio.so: tests/fakegpio/fakegpio.c
$(PRELOADS):
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) -std=c17 -O2 -g -fPIC -shared $(WARN) $(CWARN) -D_FILE_OFFSET_BITS=64 -MMD -MP \
		-MF $(BUILD)/obj/$(notdir $(@:.so=.d)) -o $@ $< -ldl
bins: $(PRELOADS)

.PHONY: libs
libs: $(foreach d,$(FOLDERS),$(call LIB,$(d)))

# Every C file of ours, compiled and, by `tidy`, read by clang-tidy; a file is read again only
# when its object is newer. Both are for `make check`, with a build folder of their own.
MAIN_SRC := $(wildcard $(foreach m,$(MAINS),$(or $(MAIN_$(m)),firmware/$(m).c)))
ALL_C := $(MAIN_SRC) $(SRC_C) $(wildcard tests/unit/*.c tests/fuzz/*.c)
ALL_CC := $(foreach d,$(FOLDERS),$(call SOURCES,$(d),cc))
.PHONY: objects tidy
objects: $(patsubst %,$(BUILD)/obj/%.o,$(basename $(ALL_C) $(ALL_CC)))
tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(ALL_C))
$(BUILD)/tidy/%.ok: %.c $(BUILD)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo "  TIDY  $<"
	@clang-tidy-14 --quiet $< -- -std=c17 $(DEFS) $(PKG_CFLAGS) 2>/dev/null
	@touch $@

# One build folder a way of building, so that they never mix.
UBSAN := address,undefined -fno-sanitize-recover=all
ASAN := BUILD=$(BUILD)/asan OPT="-O1 -g" SAN="-fsanitize=$(UBSAN)"
ASAN_SIGNED := BUILD=$(BUILD)/asan-s OPT="-O1 -g" SAN="-fsanitize=$(UBSAN)" CHAR=-fsigned-char
ASAN_UNSIGNED := BUILD=$(BUILD)/asan-u CC=clang CXX=clang++ OPT="-O1 -g" \
	SAN="-fsanitize=fuzzer-no-link,$(UBSAN)" CHAR=-funsigned-char
.PHONY: asan asan-test asan-s asan-u
asan: ## build everything with ASan and UBSan into build/asan/bin
	@$(MAKE) --no-print-directory $(ASAN) bins
asan-test: asan ## the tests above unit level, on the programs of make asan
	@BUILD=$(BUILD) CHAPAR_BIN=$(BUILD)/asan/bin scripts/test.sh ts foreign
asan-s:
	@$(MAKE) --no-print-directory $(ASAN_SIGNED) unit-bins
asan-u:
	@$(MAKE) --no-print-directory $(ASAN_UNSIGNED) unit-bins fuzz-bins

.PHONY: setup run test check fuzz fuzz-smoke conformance bench bench-peers power-cuts
.PHONY: fault-matrix demo fmt storms
setup: ## install what is missing for building, running and testing
	@scripts/setup.sh test
run: ## a bank of emulated modems, the box on it and its panel, on this machine
	@BUILD=$(BUILD) scripts/run.sh
test: ## set up, build, run every test
	@BUILD=$(BUILD) scripts/test.sh
check: ## format, warnings, analysers, architecture, limits, words
	@BUILD=$(BUILD) scripts/check.sh
fuzz: ## every fuzzer for FUZZ_SECONDS (60) seconds; finds are kept in build/fuzz-new
	@BUILD=$(BUILD) FUZZ_SECONDS=$${FUZZ_SECONDS:-60} scripts/test.sh fuzz
fuzz-smoke: ## every fuzzer for a few seconds
	@BUILD=$(BUILD) scripts/test.sh fuzz
worlds: $(BUILD)/unit/test_dispatch_worlds ## the dispatcher against its model: ROUNDS worlds from SEED on
	@ROUNDS=$${ROUNDS:-2000000} SEED=$${SEED:-1} $<
storms: ## STORMS (500) of a slot and DAYS (5), seeded by SEED (1)
	@$(MAKE) -s --no-print-directory $(ASAN_SIGNED) $(BUILD)/asan-s/unit/test_slot_storm
	@STORMS=$${STORMS:-500} DAYS=$${DAYS:-5} SEED=$${SEED:-1} \
		$(BUILD)/asan-s/unit/test_slot_storm
conformance: ## firmware/sms against libosmocore and gammu, on millions of random texts
	@scripts/setup.sh conformance
	@$(MAKE) --no-print-directory $(BUILD)/conformance/conformance
	@$(BUILD)/conformance/conformance $${ROUNDS:-1000000} $${SEED:-1}
bench: ## measure speed, memory and bytes written
	@BUILD=$(BUILD) scripts/bench.sh
bench-peers: ## the same bank under gammu-smsd, smstools and Kannel, and under this box
	@scripts/setup.sh peers
	@$(MAKE) -s --no-print-directory bins
	@node $$(node scripts/bundle.mjs --out $(BUILD)/ts tests/bench/peers.ts)
power-cuts: ## ROUNDS (100) power cuts under traffic, seeded by SEED (1), judged
	@scripts/setup.sh test
	@$(MAKE) -s --no-print-directory bins
	@BUILD=$(BUILD) ROUNDS=$${ROUNDS:-100} SEED=$${SEED:-1} \
		node $$(node scripts/bundle.mjs --out $(BUILD)/ts tests/system/power_cuts.ts)
fault-matrix: ## ROUNDS (1000) of a modem's faults in each phase, by SEED (1), begun within TIME s
	@scripts/setup.sh test
	@$(MAKE) -s --no-print-directory bins
	@BUILD=$(BUILD) ROUNDS=$${ROUNDS:-1000} SEED=$${SEED:-1} \
		node $$(node scripts/bundle.mjs --out $(BUILD)/ts tests/system/matrix.ts)
demo: ## the whole box in one minute, told line by line
	@scripts/setup.sh test
	@$(MAKE) -s --no-print-directory bins
	@node $$(node scripts/bundle.mjs --out $(BUILD)/ts tests/system/demo.ts)
fmt: ## format the C sources
	@clang-format-14 -i $(FMT_FILES)
FMT_FILES = $(shell git ls-files -co --exclude-standard '*.c' '*.h' '*.cc' ':!scripts/check/samples')

SBIN := chapar-modemd chapar-paneld
PROGRAMS := $(addprefix $(BUILD)/bin/,$(SBIN) chaparctl)
ETC := $(DESTDIR)/etc/chapar
UNITS := $(DESTDIR)/usr/lib/systemd/system
MAN := $(DESTDIR)/usr/share/man
.PHONY: install programs
programs: $(PROGRAMS)
install: $(PROGRAMS) ## install under DESTDIR
	install -d $(DESTDIR)/usr/sbin $(DESTDIR)/usr/bin $(ETC) $(UNITS) \
		$(DESTDIR)/usr/lib/udev/rules.d $(DESTDIR)/usr/lib/tmpfiles.d \
		$(DESTDIR)/usr/lib/sysusers.d $(DESTDIR)/usr/lib/modules-load.d \
		$(MAN)/man1 $(MAN)/man5 $(MAN)/man8
	install -m 755 $(addprefix $(BUILD)/bin/,$(SBIN)) $(DESTDIR)/usr/sbin
	install -m 755 $(BUILD)/bin/chaparctl $(DESTDIR)/usr/bin
	install -m 644 $(wildcard board/systemd/*.service board/systemd/*.target) $(UNITS)
	install -m 644 $(wildcard board/udev/*.rules) $(DESTDIR)/usr/lib/udev/rules.d
	install -m 644 board/man/*.1 $(MAN)/man1
	install -m 644 board/man/*.5 $(MAN)/man5
	install -m 644 board/man/*.8 $(MAN)/man8
	install -d $(DESTDIR)/usr/share/chapar/board
	install -m 644 $(wildcard board/profiles/*.conf) $(DESTDIR)/usr/share/chapar/board
	install -m 644 board/tmpfiles.conf $(DESTDIR)/usr/lib/tmpfiles.d/chapar.conf
	install -m 644 board/sysusers.conf $(DESTDIR)/usr/lib/sysusers.d/chapar.conf
	install -d $(DESTDIR)/usr/lib/systemd/journald.conf.d
	install -m 644 board/journald.conf $(DESTDIR)/usr/lib/systemd/journald.conf.d/chapar.conf
	install -m 644 board/modules-load.conf $(DESTDIR)/usr/lib/modules-load.d/chapar.conf
	test -e $(ETC)/chapar.conf || install -m 644 board/chapar.conf $(ETC)/chapar.conf

# For boards: ARCH=arm64 or armhf is built in a folder of its own with Debian's compilers.
ARCH ?= $(shell dpkg --print-architecture 2>/dev/null)
.PHONY: cross deb deb-test
cross: ## build for ARCH=arm64 or armhf into build/ARCH/bin
	@BUILD=$(BUILD) scripts/cross.sh $(ARCH) programs
deb: ## the Debian package for ARCH=amd64, arm64 or armhf: build/chapar_VERSION_ARCH.deb
	@BUILD=$(BUILD) VERSION=$(VERSION) scripts/deb.sh $(ARCH)
deb-test: ## packages for ARCHS (this machine's): lintian, the same bytes twice, install to purge
	@BUILD=$(BUILD) scripts/deb_test.sh $(ARCHS)

# The arm64 package on a whole emulated machine; CHAPAR_CUTS and SEED change the power cuts.
.PHONY: system-test socket-test usb-test
system-test: ## the package on Debian's arm64 kernel in qemu: systemd, USB, lines, power cuts
	@scripts/setup.sh test
	@scripts/setup.sh qemu
	@BUILD=$(BUILD) scripts/system_test.sh
socket-test: ## the same machine with a hub that switches its sockets: modems that hang or vanish
	@scripts/setup.sh test
	@scripts/setup.sh qemu
	@BUILD=$(BUILD) scripts/system_test.sh sockets
usb-test: ## the same machine with USB modems of several ports, by the drivers that real ones have
	@scripts/setup.sh test
	@scripts/setup.sh qemu
	@BUILD=$(BUILD) scripts/system_test.sh usb

.PHONY: clean help
clean: ## remove what was built
	rm -rf $(BUILD)
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F'\t' '{ printf "  make %-11s %s\n", $$1, $$2 }'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
