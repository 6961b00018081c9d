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
SAN ?=
CHAR ?=

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wcast-align -Wwrite-strings \
	-Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough -Wconversion -Wno-sign-conversion \
	-Wnull-dereference $(WERROR)
CWARN := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
ifneq ($(SAN),)
HARDEN := -fno-omit-frame-pointer
else
HARDEN := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
DEFS := -I. -I$(BUILD)/gen -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L \
	-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
PKGS := libserialport sqlite3 libmicrohttpd libsystemd jansson libsodium libutf8proc
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lpthread
CFLAGS_ALL := -std=c17 $(OPT) $(WARN) $(CWARN) $(HARDEN) $(SAN) $(CHAR) -fno-common \
	$(DEFS) $(PKG_CFLAGS) $(CFLAGS)
CXXFLAGS_ALL := -std=c++17 $(OPT) -Wall -Wextra $(HARDEN) $(SAN) $(CHAR) $(DEFS) $(CXXFLAGS)
LDFLAGS_ALL := $(SAN) -Wl,-z,relro,-z,now $(LDFLAGS)

# Each folder is one archive; a main links the archives its side may use and no other.
FOLDERS := firmware/base firmware/sms firmware/store firmware/radio firmware/office \
	drivers web/api tests/modemsim
SRC_C := $(foreach d,$(FOLDERS),$(wildcard $(d)/*.c))
OBJ = $(patsubst %,$(BUILD)/obj/%.o,$(basename $(wildcard $(1)/*.c $(1)/*.cc)))
LIB = $(patsubst %,$(BUILD)/lib/%.a,$(subst /,-,$(1)))

.PHONY: all
all: bins

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

LIBS_modemd := firmware/radio drivers firmware/store firmware/sms firmware/base
LIBS_paneld := web/api firmware/office firmware/store firmware/sms firmware/base
LIBS_chaparctl := firmware/office firmware/store firmware/sms firmware/base
LIBS_modemsim := tests/modemsim firmware/sms firmware/base
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
$$(BUILD)/bin/$$(NAME_$(1)): $$(patsubst %.c,$$(BUILD)/obj/%.o,$$(or $$(MAIN_$(1)),firmware/$(1).c)) $$(foreach d,$$(LIBS_$(1)),$$(call LIB,$$(d)))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	@$$(if $$(filter firmware/office,$$(LIBS_$(1))),$$(CXX),$$(CC)) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(if $$(filter firmware/office,$$(LIBS_$(1))),-lphonenumber) $$(PKG_LIBS)
endif
endef
$(foreach m,$(MAINS),$(eval $(call main_rule,$(m))))

.PHONY: bins
bins: $(BINS)

# Unit tests: one cmocka program a file, linked with every folder's archive.
UNIT_BINS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_FOLDERS := $(FOLDERS)
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(foreach d,$(UNIT_FOLDERS),$(call LIB,$(d)))
	@mkdir -p $(@D)
	@echo "  LD    $@"
	@$(CXX) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lphonenumber -lcmocka $(PKG_LIBS)
.SECONDARY:
.PHONY: unit
unit: $(UNIT_BINS)
	@for t in $(UNIT_BINS); do echo "== $$t"; $$t || exit 1; done

.PHONY: libs
libs: $(foreach d,$(FOLDERS),$(call LIB,$(d)))

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
