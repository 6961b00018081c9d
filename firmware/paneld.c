/*
 * chapar-paneld: the office side. Network and store, no devices.
 */
#include <sys/stat.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/crypto.h"
#include "firmware/base/loop.h"
#include "firmware/base/str.h"
#include "firmware/base/version.h"
#include "firmware/office/auth.h"
#include "firmware/office/hub.h"
#include "firmware/office/import/import.h"
#include "firmware/office/workers.h"
#include "web/api/http_server.h"
#include "web/api/pump.h"

#define LOG_MODULE "paneld"
#include "firmware/base/log.h"

static const char usage[] =
	"chapar-paneld [--config FILE]\n"
	"The office side of Chapar: panel, HTTP API, lists, campaigns, replies.\n"
	"  --config FILE  settings (default " CONFIG_DEFAULT_FILE ")\n"
	"  --help         this text\n"
	"  --version      the version\n";

struct paneld {
	struct config config;
	char spool_dir[300];
	struct loop *loop;
	struct hub *hub;
	struct pump *pump;
	struct api *api;
	struct http_server *http;
	struct workers *workers;
};

static bool fail(const char *sentence)
{
	(void)fprintf(stderr, "chapar-paneld: %s\n", sentence);
	return false;
}

static void on_signal(void *user, int signo)
{
	struct paneld *p = user;

	log_info("signal=%d stopping", signo);
	loop_exit(p->loop, 0);
}

/* Before any thread starts: they inherit which signals are blocked. */
static bool start_loop(struct paneld *p)
{
	(void)signal(SIGPIPE, SIG_IGN); /* cannot fail for a valid signal */
	if (loop_create(&p->loop, clock_system()) != ERR_OK ||
		loop_signal_add(p->loop, SIGTERM, on_signal, p) != ERR_OK ||
		loop_signal_add(p->loop, SIGINT, on_signal, p) != ERR_OK)
		return fail("The kernel gave no event queue.");
	if (crypto_init() != ERR_OK)
		return fail("There is no source of random numbers.");
	return true;
}

/* Opens the store once, so that what is wrong with it is said before anything runs. */
static bool check_store(struct paneld *p, bool *needs_setup, char token[AUTH_TOKEN_SIZE])
{
	struct office office = { 0 };
	enum err err = office_open(
		&office, p->config.store_path, STORE_OFFICE, p->hub, clock_system());

	if (err == ERR_OK)
		err = auth_needs_setup(&office, needs_setup);
	if (err == ERR_OK && *needs_setup)
		err = auth_setup_token(&office, token);
	if (err)
		(void)fail(office.why.detail);
	office_close(&office);
	return err == ERR_OK;
}

static bool start_http(struct paneld *p)
{
	char why[400] = "The HTTP server did not start.";
	struct api_options api = {
		.hub = p->hub,
		.store_path = p->config.store_path,
		.spool_dir = p->spool_dir,
		.clock = clock_system(),
		.assets = http_assets,
	};

	if (api_create(&p->api, &api) != ERR_OK)
		return fail("Out of memory.");
	struct http_options http = {
		.listen = p->config.http_listen,
		.store_path = p->config.store_path,
		.api = p->api,
	};
	if (http_server_start(&p->http, &http, why, sizeof(why)) != ERR_OK)
		return fail(why);
	return true;
}

/* An address of this box that a browser in the LAN can open. */
static void lan_address(char *dst, size_t size)
{
	struct ifaddrs *all = NULL;

	(void)str_copy(dst, size, "127.0.0.1");
	if (getifaddrs(&all) != 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET ||
			i->ifa_flags & IFF_LOOPBACK || !(i->ifa_flags & IFF_UP))
			continue;
		const struct sockaddr_in *in =
			(const struct sockaddr_in *)(const void *)i->ifa_addr;
		(void)inet_ntop(AF_INET, &in->sin_addr, dst, (socklen_t)size);
		break;
	}
	freeifaddrs(all);
}

static void print_setup(const struct paneld *p, const char *token)
{
	char first[128] = "";
	char host[INET6_ADDRSTRLEN + 2];
	const char *at = p->config.http_listen;

	(void)config_list_next(&at, first, sizeof(first));
	char *colon = strrchr(first, ':');
	if (colon)
		*colon = '\0';
	if (first[0] == '\0' || str_eq(first, "*") || str_eq(first, "0.0.0.0") ||
		str_eq(first, "[::]"))
		lan_address(host, sizeof(host));
	else
		(void)str_copy(host, sizeof(host), first);
	/* After #, a browser keeps it to itself: it reaches no log. */
	(void)printf("set-up: http://%s:%u/#setup=%s\n", host,
		(unsigned)http_server_port(p->http), token);
	(void)fflush(stdout);
}

static void on_reopened(void *user, const char *token)
{
	print_setup(user, token);
}

static bool start_threads(struct paneld *p)
{
	struct refusal why = { .detail = "The events did not start." };
	struct pump_options pump = {
		.events = p->api->events,
		.hub = p->hub,
		.store_path = p->config.store_path,
	};
	struct workers_options workers = {
		.store_path = p->config.store_path,
		.run_dir = p->config.run_dir,
		.clock = clock_system(),
		.reopened = on_reopened,
		.user = p,
	};

	if (pump_start(p->pump, &pump, &why) != ERR_OK)
		return fail(why.detail);
	if (workers_start(&p->workers, p->hub, &workers) != ERR_OK)
		return fail("The workers did not start; see the log.");
	return true;
}

static bool start(struct paneld *p)
{
	bool needs_setup = false;
	char token[AUTH_TOKEN_SIZE] = "";

	if (!start_loop(p))
		return false;
	if (pump_create(&p->pump, clock_system()) != ERR_OK ||
		hub_create(&p->hub, pump_take, p->pump) != ERR_OK)
		return fail("Out of memory.");
	if (!check_store(p, &needs_setup, token))
		return false;
	if (!import_spool_dir(p->config.store_path, p->spool_dir, sizeof(p->spool_dir)))
		return fail("The folder for uploads beside the store cannot be made.");
	if (!start_http(p) || !start_threads(p))
		return false;
	if (needs_setup)
		print_setup(p, token);
	log_info("listen=%s port=%u ready", p->config.http_listen,
		(unsigned)http_server_port(p->http));
	loop_notify_ready(p->loop, "Ready");
	return true;
}

static void stop(struct paneld *p)
{
	http_server_stop(p->http);
	workers_stop(p->workers);
	pump_stop(p->pump);
	hub_destroy(p->hub);
	pump_destroy(p->pump);
	api_destroy(p->api);
	loop_destroy(p->loop);
}

int main(int argc, char **argv)
{
	struct paneld p = { 0 };
	struct config_args args;
	char why[CONFIG_WHY_SIZE] = "";

	(void)umask(0007); /* store and socket: for the daemons' group alone */
	if (config_args_parse(&args, argc, argv, why, sizeof(why)) != ERR_OK) {
		(void)fail(why);
		return 2;
	}
	if (args.help || args.version) {
		(void)fputs(
			args.help ? usage : "chapar-paneld " CHAPAR_VERSION "\n", stdout);
		return 0;
	}
	if (args.rest < argc) {
		(void)fputs(usage, stderr);
		return 2;
	}
	if (config_load(&p.config, args.config_file, why, sizeof(why)) != ERR_OK) {
		(void)fail(why);
		return 2;
	}
	log_set_level(p.config.log_level);
	bool started = start(&p);
	int code = started ? loop_run(p.loop) : 1;
	stop(&p);
	return code;
}
