/*
 * Messages a second through firmware/sms, libosmocore and gammu's library in one run, on
 * the same texts and one core: each figure is the best of several turns, taken in turns
 * so that a busy machine slows all alike.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "firmware/base/str.h"
#include "firmware/sms/advice.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/split.h"
#include "firmware/sms/warning.h"
#include "tests/conformance/peers.h"

#define TURNS 5
#define TURN_S 0.12

/* What a turn works on; results go to sink so that nothing is left out. */
struct job {
	const char *text;
	size_t len;
	bool ucs2;
	uint8_t packed[200];
	size_t packed_len, septets;
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t pdu_len;
};

static volatile size_t sink;
static struct gsm7_alphabet gsm7;

static const char latin[] =
	"Dear customer, your order 48213 has left our store and will be with you tomorrow "
	"between 10:00 and 14:00. Questions? Call us at 2101234567. Thank you!";
static const char latin_long[] =
	"Dear customer, your order 48213 has left our store and will be with you tomorrow "
	"between 10:00 and 14:00. Questions? Call us at 2101234567. Thank you for choosing "
	"us; we would be glad to see you again. Shop online at example.com/shop at any time "
	"of the day, or visit one of our {12} stores: opening hours are on our page. [end]";
static const char greek[] =
	"\u039A\u03B1\u03BB\u03B7\u03BC\u03AD\u03C1\u03B1 \u03C3\u03B1\u03C2, \u03B7 "
	"\u03C0\u03B1\u03C1\u03B1\u03B3\u03B3\u03B5\u03BB\u03AF\u03B1 \u03C3\u03B1\u03C2 "
	"\u03B5\u03AF\u03BD\u03B1\u03B9 \u03AD\u03C4\u03BF\u03B9\u03BC\u03B7 \u2013 "
	"\u03B5\u03C5\u03C7\u03B1\u03C1\u03B9\u03C3\u03C4";

static void ours_encode(struct job *j)
{
	struct gsm7_septets s;
	uint8_t out[200];
	size_t len = 0;
	if (gsm7_from_utf8(&gsm7, j->text, j->len, &s, NULL) == ERR_OK)
		(void)gsm7_pack(&s, 0, out, sizeof(out), &len); /* it fits */
	sink += len + out[3];
}

static void osmo_encode_job(struct job *j)
{
	uint8_t out[200];
	size_t septets = 0;
	sink += osmo_encode(j->text, out, sizeof(out), &septets) + out[3];
}

static void gammu_encode_job(struct job *j)
{
	uint8_t units[800], septets[400], out[200] = { 0 };
	gammu_units_from_utf8(j->text, j->len, units);
	size_t count = gammu_septets(units, j->len, septets);
	sink += gammu_pack(septets, count, 0, out) + out[3];
}

static void ours_decode(struct job *j)
{
	struct gsm7_septets s;
	char text[GSM7_UTF8_SIZE] = "";
	if (gsm7_unpack(j->packed, j->packed_len, 0, j->septets, &s) == ERR_OK)
		(void)gsm7_to_utf8(&gsm7, &s, text, sizeof(text)); /* it fits */
	sink += (size_t)text[5];
}

static void osmo_decode_job(struct job *j)
{
	char text[GSM7_UTF8_SIZE];
	sink += osmo_decode(j->packed, (uint8_t)j->septets, text, sizeof(text)) +
		(size_t)text[5];
}

static void gammu_decode_job(struct job *j)
{
	uint8_t septets[400], units[800];
	char text[2000];
	(void)gammu_unpack(j->packed, j->packed_len, j->septets, septets);
	gammu_text(septets, j->septets, units);
	gammu_utf8_from_units(units, text);
	sink += (size_t)text[5];
}

static void ours_pdu_encode(struct job *j)
{
	struct sms_submit s = { .dcs = j->ucs2 ? 8 : 0,
		.validity = { .format = VALIDITY_RELATIVE } };
	uint8_t out[PDU_OCTETS_MAX];
	size_t len = 0;
	if (address_from_number("+306912345678", &s.to) == ERR_OK &&
		content_encode(NULL, s.dcs, j->text, j->len, &s.ud) == ERR_OK)
		(void)pdu_submit_encode(&s, PDU_FRAME_TPDU, out, sizeof(out), &len);
	sink += len;
}

static void gammu_pdu_encode(struct job *j)
{
	uint8_t out[400];
	sink += gammu_submit("+306912345678", j->text, j->ucs2, out);
}

static void ours_pdu_decode(struct job *j)
{
	struct sms_deliver d;
	if (pdu_deliver_decode(j->pdu, j->pdu_len, PDU_FRAME_SMSC, &d) == ERR_OK)
		sink += d.content.text_len;
}

static void gammu_pdu_decode(struct job *j)
{
	static struct gammu_message m;
	sink += gammu_decode(j->pdu, j->pdu_len, &m);
}

static void ours_split(struct job *j)
{
	struct split_plan plan;
	if (split_plan(j->text, j->len, NULL, &plan) == ERR_OK)
		sink += plan.parts;
}

static void gammu_split(struct job *j)
{
	static uint8_t units[8000];
	sink += (size_t)gammu_parts(j->text, j->ucs2, 8, units);
}

static void ours_preview(struct job *j)
{
	char scratch[ADVICE_SIZE(1000)];
	struct advice_list advice;
	struct warning_list warnings;
	struct split_plan plan;
	if (split_plan(j->text, j->len, NULL, &plan) == ERR_OK &&
		advice_find(&(struct advice_text){ j->text, j->len, NULL, 0 }, NULL,
			scratch, sizeof(scratch), &advice) == ERR_OK &&
		warning_find(j->text, j->len, &plan, &warnings) == ERR_OK)
		sink += advice.count + warnings.len;
}

typedef void (*job_fn)(struct job *j);

static const struct {
	const char *name;
	const char *text;
	bool ucs2;
	job_fn ours, osmo, gammu;
} benches[] = {
	{ "encode, 150 Latin letters", latin, false, ours_encode, osmo_encode_job,
		gammu_encode_job },
	{ "decode, the same", latin, false, ours_decode, osmo_decode_job,
		gammu_decode_job },
	{ "encode SUBMIT, 7 bit", latin, false, ours_pdu_encode, NULL, gammu_pdu_encode },
	{ "decode DELIVER, 7 bit", latin, false, ours_pdu_decode, NULL,
		gammu_pdu_decode },
	{ "encode SUBMIT, UCS-2 Greek", greek, true, ours_pdu_encode, NULL,
		gammu_pdu_encode },
	{ "decode DELIVER, UCS-2 Greek", greek, true, ours_pdu_decode, NULL,
		gammu_pdu_decode },
	{ "parts of 330 Latin letters", latin_long, false, ours_split, NULL,
		gammu_split },
	{ "parts of 69 Greek letters", greek, true, ours_split, NULL, gammu_split },
	{ "preview of 330 Latin letters", latin_long, false, ours_preview, NULL, NULL },
	{ "preview of 69 Greek letters", greek, true, ours_preview, NULL, NULL },
};

static double now_s(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Runs for one turn; jobs a second. */
static double turn(job_fn fn, struct job *j)
{
	double start = now_s(), end = start;
	size_t count = 0;
	while (end - start < TURN_S) {
		for (int i = 0; i < 200; i++)
			fn(j);
		count += 200;
		end = now_s();
	}
	return (double)count / (end - start);
}

static bool job_make(struct job *j, const char *text, bool ucs2)
{
	struct gsm7_septets s;
	struct sms_deliver d = { .dcs = ucs2 ? 8 : 0 };
	*j = (struct job){ .text = text, .len = strlen(text), .ucs2 = ucs2 };
	if (j->len > 200)
		return true;
	if (!ucs2 && (gsm7_from_utf8(&gsm7, text, j->len, &s, NULL) != ERR_OK ||
			     gsm7_pack(&s, 0, j->packed, sizeof(j->packed),
				     &j->packed_len) != ERR_OK))
		return false;
	j->septets = ucs2 ? 0 : s.count;
	return address_from_number("+306912345678", &d.from) == ERR_OK &&
	       address_from_number("+306940000000", &d.smsc) == ERR_OK &&
	       scts_from_time(1795300245, 120, &d.sent) == ERR_OK &&
	       content_encode(NULL, d.dcs, text, j->len, &d.ud) == ERR_OK &&
	       pdu_deliver_encode(
		       &d, PDU_FRAME_SMSC, j->pdu, sizeof(j->pdu), &j->pdu_len) == ERR_OK;
}

static void show(double per_s)
{
	if (per_s > 0)
		printf(" %12.0f", per_s);
	else
		printf(" %12s", "-");
}

static void bench_run(size_t i)
{
	static struct job job;
	const job_fn fns[] = { benches[i].ours, benches[i].osmo, benches[i].gammu };
	double best[3] = { 0 };
	if (!job_make(&job, benches[i].text, benches[i].ucs2)) {
		printf("%-30s does not encode\n", benches[i].name);
		return;
	}
	for (int round = 0; round < TURNS; round++) {
		for (size_t k = 0; k < 3; k++) {
			double speed = fns[k] != NULL ? turn(fns[k], &job) : 0;
			best[k] = speed > best[k] ? speed : best[k];
		}
	}
	printf("%-30s", benches[i].name);
	for (size_t k = 0; k < 3; k++)
		show(best[k]);
	double other = best[1] > best[2] ? best[1] : best[2];
	if (other > 0)
		printf(" %7.1f x\n", best[0] / other);
	else
		printf("\n");
}

int main(void)
{
	(void)gsm7_alphabet_get(GSM7_DEFAULT, GSM7_DEFAULT, &gsm7); /* always exists */
	if (!gammu_start())
		return 1;
	printf("%-30s %12s %12s %12s   to the faster\n", "messages a second", "ours",
		"libosmocore", "gammu");
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		bench_run(i);
	gammu_stop();
	return 0;
}
