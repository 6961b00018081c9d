/*
 * Any octets as a user data header. The walk over its elements ends where the header
 * ends, and the elements that are known can be written and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/sms/udh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static size_t walk(const uint8_t *data, size_t len)
{
	struct udh_ie ie;
	size_t octets = 1, pos = 0;
	while (udh_ie_next(data, len, &pos, &ie)) {
		must(ie.data + ie.len_octets <= data + len);
		octets += 2 + (size_t)ie.len_octets;
	}
	return octets;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct udh udh, again;
	uint8_t first[64], second[64];
	size_t first_len = 0, second_len = 0;
	size_t walked = walk(data, len);
	struct udh_waiting waiting;
	for (size_t pos = 0; udh_waiting_next(data, len, &pos, &waiting);)
		must(pos <= len && waiting.kind <= 3 && waiting.extended <= 7);
	if (udh_decode(data, len, &udh) != ERR_OK) {
		must(walked == 1 && (len == 0 || data[0] >= len || data[0] > 139));
		return 0;
	}
	must(walked == (udh.malformed ? 1 : udh.len_octets));
	must(udh_encode(&udh, first, sizeof(first), &first_len) == ERR_OK);
	if (first_len == 0)
		return 0;
	must(udh_decode(first, first_len, &again) == ERR_OK && !again.malformed);
	must(udh_encode(&again, second, sizeof(second), &second_len) == ERR_OK);
	must(first_len == second_len && memcmp(first, second, first_len) == 0);
	return 0;
}
