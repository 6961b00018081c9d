/*
 * chaparctl's look at a board's profile: what is wrong with it, or what it says and
 * whether this machine has it. Nothing is switched.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "drivers/board_check.h"
#include "firmware/base/str.h"
#include "firmware/office/ctl/ctl.h"

/* "gpiochip0/17 low"; "" where there is none. */
static const char *line_text(const struct gpio_spec *spec, char *dst, size_t size)
{
	dst[0] = '\0';
	if (gpio_is_named(spec))
		(void)str_format(dst, size, "%s/%s%s", spec->chip, spec->line,
			spec->active_low ? " low" : ""); /* for people */
	return dst;
}

static const char *here_text(const struct board_bay *bay)
{
	char path[128];

	if (bay->uart[0])
		return access(bay->uart, F_OK) == 0 ? "yes" : "no such device";
	if (str_format(path, sizeof(path), "/sys/bus/usb/devices/%s", bay->usb) &&
		access(path, F_OK) == 0)
		return "yes";
	return "nothing is plugged in";
}

static void show_bays(const struct board_profile *p)
{
	static const char *const heading[] = { "BAY", "PLACE", "SUPPLY", "RESET",
		"POWER KEY", "LIGHT", "HERE" };
	struct ctl_table table;
	char text[80];

	if (p->n_bays == 0)
		return;
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	for (size_t i = 0; i < p->n_bays; i++) {
		const struct board_bay *bay = &p->bays[i];
		(void)str_format(text, sizeof(text), "%u", bay->number);
		ctl_table_add(&table, text);
		(void)str_format(text, sizeof(text), "%s%s",
			bay->uart[0] ? "" : "usb:", bay->uart[0] ? bay->uart : bay->usb);
		ctl_table_add(&table, text);
		for (size_t k = 0; k < BOARD_BAY_LINES; k++)
			ctl_table_add(
				&table, line_text(&bay->lines[k], text, sizeof(text)));
		ctl_table_add(&table, here_text(bay));
	}
	ctl_table_print(&table);
}

static void show_line(const char *what, const char *name, const struct gpio_spec *spec)
{
	char text[80];

	if (gpio_is_named(spec))
		printf("%s%s: %s\n", what, name, line_text(spec, text, sizeof(text)));
}

static void show(const struct board_profile *p)
{
	printf("%s: %zu bays, %zu inputs, %zu outputs\n", p->name, p->n_bays, p->n_inputs,
		p->n_outputs);
	show_bays(p);
	show_line("status light", "", &p->status_led);
	show_line("button", "", &p->button);
	show_line("buzzer", "", &p->buzzer);
	for (size_t i = 0; i < p->n_inputs; i++)
		show_line("input ", p->inputs[i].name, &p->inputs[i].line);
	for (size_t i = 0; i < p->n_outputs; i++)
		show_line("output ", p->outputs[i].name, &p->outputs[i].line);
}

static void say_fault(void *user, const char *why)
{
	(void)user;
	fprintf(stderr, "%s\n", why);
}

static void note_fault(void *user, const char *why)
{
	(void)json_array_append_new(user, json_string(why)); /* out of memory: fewer */
}

static int check_json(const char *file)
{
	struct board_profile profile;
	json_t *faults = json_array();
	struct board_complaints complaints = { .fn = note_fault, .user = faults };
	enum err err = board_check(&profile, file, &complaints);
	json_t *said =
		json_pack("{s:s, s:b, s:I, s:o}", "file", file, "ok", err == ERR_OK,
			"bays", (json_int_t)(err ? 0 : profile.n_bays), "faults", faults);

	(void)json_dumpf(said, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(said);
	return err == ERR_OK ? CTL_OK : CTL_FAILED;
}

int ctl_board_check(struct ctl *c)
{
	struct board_profile profile;
	struct board_complaints complaints = { .fn = say_fault };
	char file[320];

	if (c->n_words != 1) {
		fputs("chaparctl: board check FILE, or the name of a profile in " BOARD_PROFILE_DIR
		      "\n",
			stderr);
		return CTL_USAGE;
	}
	bool is_name = !strchr(c->words[0], '/') && !strchr(c->words[0], '.');
	if (!str_format(file, sizeof(file), "%s%s%s",
		    is_name ? BOARD_PROFILE_DIR "/" : "", c->words[0],
		    is_name ? ".conf" : ""))
		return CTL_USAGE;
	if (c->json)
		return check_json(file);
	if (board_check(&profile, file, &complaints) == ERR_OK) {
		show(&profile);
		return CTL_OK;
	}
	fprintf(stderr,
		"%zu fault%s; how a profile is written: " BOARD_PROFILE_DIR
		"/virtual.conf\n",
		complaints.n, complaints.n == 1 ? "" : "s");
	return CTL_FAILED;
}
