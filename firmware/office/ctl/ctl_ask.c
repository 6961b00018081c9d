#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "firmware/base/str.h"
#include "firmware/office/ctl/ctl.h"
#include "firmware/office/hub_link.h"
#include "firmware/office/bank/lines.h"

#define LINK_MS 2000 /* for the connection to modemd */

struct link {
	struct hub *hub;
	char path[256];
};

static void *run_link(void *user)
{
	struct link *link = user;
	link_run(link->hub, link->path);
	return NULL;
}

/* As paneld does it, so that rules and audit are the same. */
static enum err ask(
	struct ctl *c, int64_t sim_id, const char *code, struct lines_ussd *out)
{
	struct link link;
	pthread_t thread;
	if (!config_bus_path(&c->config, link.path, sizeof(link.path)) ||
		hub_create(&link.hub, NULL, NULL))
		return office_fail(&c->o, ERR_MEM, "link");
	enum err err = ERR_SYS;
	if (!pthread_create(&thread, NULL, run_link, &link)) {
		/* The link wakes everybody when it comes up. Or not: then that is said.
		 */
		(void)hub_wait(link.hub, HUB_KEEPER, LINK_MS);
		c->o.hub = link.hub;
		err = lines_sim_ussd(&c->o, &c->actor, sim_id, code, out);
		c->o.hub = NULL;
		hub_stop(link.hub);
		(void)pthread_join(thread, NULL); /* it ends, as the hub stops */
	} else {
		(void)office_fail(&c->o, ERR_SYS, "link");
	}
	hub_destroy(link.hub);
	return err;
}

static int refused(const struct refusal *why)
{
	fprintf(stderr, "chaparctl: %s\n", why->detail);
	return str_eq(why->code, "modemd_away") ? CTL_AWAY : CTL_FAILED;
}

int ctl_ussd(struct ctl *c)
{
	const char *sim = ctl_value(c, "--sim");
	struct lines_ussd answer = { 0 };
	int64_t sim_id;
	if (!sim || !str_to_i64(sim, strlen(sim), &sim_id) || c->n_words != 1) {
		fputs("chaparctl: give the SIM's number, --sim N, and one CODE, as "
		      "\"*100#\"\n",
			stderr);
		return CTL_USAGE;
	}
	if (ask(c, sim_id, c->words[0], &answer))
		return refused(&c->o.why);
	if (!c->json) {
		puts(answer.text);
		return CTL_OK;
	}
	json_t *json =
		json_pack("{s:s, s:b}", "text", answer.text, "more", answer.more ? 1 : 0);
	(void)json_dumpf(json, stdout, JSON_INDENT(2)); /* as any other output */
	putchar('\n');
	json_decref(json);
	return CTL_OK;
}
