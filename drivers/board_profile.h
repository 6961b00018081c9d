/*
 * A board as data: its bays, the lines that switch them, lights, button, buzzer, alarm
 * inputs and switched outputs. One file of board/profiles, read at the start; how to
 * write one is said there, in virtual.conf.
 */
#ifndef DRIVERS_BOARD_PROFILE_H
#define DRIVERS_BOARD_PROFILE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "drivers/board/gpio.h"

#define BOARD_PROFILE_DIR "/usr/share/chapar/board"

/* A supply that the hub of the bay's socket switches. */
#define BOARD_USB_PORT "usb-port"

enum {
	BOARD_BAYS_MAX = 64,
	BOARD_INPUTS_MAX = 8,
	BOARD_OUTPUTS_MAX = 8,
};

enum board_line {
	BOARD_SUPPLY,
	BOARD_RESET,
	BOARD_KEY,
	BOARD_LED,
	BOARD_BAY_LINES
};

enum board_time {
	BOARD_OFF_MS,	  /* without supply */
	BOARD_SETTLE_MS,  /* from the supply's return to the first touch of a line */
	BOARD_RESET_MS,	  /* the reset line held */
	BOARD_KEY_MS,	  /* the power key held to switch on */
	BOARD_KEY_OFF_MS, /* the power key held to switch off */
	BOARD_DOWN_MS,	  /* until it is off, after that */
	BOARD_BOOT_MS,	  /* until it may be spoken to */
	BOARD_TIMES
};

struct board_bay {
	unsigned number, at; /* as people count them; the profile's line */
	char usb[64];	     /* path of the USB socket, as "1-1.2"; "": a UART */
	char uart[64];	     /* its device, as "/dev/ttyAMA2"; "": USB */
	struct gpio_spec lines[BOARD_BAY_LINES];
	uint32_t times_ms[BOARD_TIMES];
};

struct board_input {
	char name[32];
	unsigned at;
	struct gpio_spec line;
	char says[160], clears[160];   /* clears "": its end is not told */
	uint32_t debounce_ms, every_s; /* every_s: no second alarm sooner */
};

struct board_output {
	char name[32];
	unsigned at;
	struct gpio_spec line;
	char on[48], off[48];	  /* the words that switch it; off may be "" */
	uint32_t on_max_s;	  /* then it goes off by itself; 0: never */
	uint32_t changes_an_hour; /* by messages */
};

struct board_profile {
	char name[64], chip[32]; /* chip: of lines that name none */
	uint32_t stagger_ms;	 /* between two supplies at the start */
	uint32_t times_ms[BOARD_TIMES];
	struct board_bay bays[BOARD_BAYS_MAX];
	struct board_input inputs[BOARD_INPUTS_MAX];
	struct board_output outputs[BOARD_OUTPUTS_MAX];
	size_t n_bays, n_inputs, n_outputs;
	struct gpio_spec status_led, button, buzzer;
	unsigned wrong_line; /* of a profile that was refused, from 1 on */
};

/* Not a line but the bay's socket; then spec->line is its path. */
static inline bool board_is_usb_port(const struct gpio_spec *spec)
{
	return strcmp(spec->chip, BOARD_USB_PORT) == 0;
}

/* Reads a profile: "virtual" is a board without lines, a name one of BOARD_PROFILE_DIR,
 * anything with a slash a file. On failure why[size] has one sentence with file and line,
 * and out is not to be used. */
enum err board_profile_load(
	struct board_profile *out, const char *name, char *why, size_t size);
/* The same from text[len]. */
struct board_text {
	const char *file, *text;
	size_t len;
};
enum err board_profile_parse(
	struct board_profile *out, const struct board_text *in, char *why, size_t size);

#endif
