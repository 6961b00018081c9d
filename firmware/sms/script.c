#include "firmware/sms/script.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	uint32_t first, last;
	enum script script;
} ranges[] = {
	{ 'A', 'Z', SCRIPT_LATIN },
	{ 'a', 'z', SCRIPT_LATIN },
	{ 0xC0, 0xD6, SCRIPT_LATIN },
	{ 0xD8, 0xF6, SCRIPT_LATIN },
	{ 0xF8, 0x24F, SCRIPT_LATIN },
	{ 0x370, 0x373, SCRIPT_GREEK },
	{ 0x376, 0x377, SCRIPT_GREEK },
	{ 0x37B, 0x37D, SCRIPT_GREEK },
	{ 0x37F, 0x37F, SCRIPT_GREEK },
	{ 0x386, 0x386, SCRIPT_GREEK },
	{ 0x388, 0x3FF, SCRIPT_GREEK },
	{ 0x400, 0x481, SCRIPT_CYRILLIC },
	{ 0x48A, 0x52F, SCRIPT_CYRILLIC },
	{ 0x620, 0x63F, SCRIPT_ARABIC },
	{ 0x641, 0x64A, SCRIPT_ARABIC },
	{ 0x66E, 0x66F, SCRIPT_ARABIC },
	{ 0x671, 0x6D3, SCRIPT_ARABIC },
	{ 0x6D5, 0x6D5, SCRIPT_ARABIC },
	{ 0x6EE, 0x6EF, SCRIPT_ARABIC },
	{ 0x6FA, 0x6FC, SCRIPT_ARABIC },
	{ 0x6FF, 0x6FF, SCRIPT_ARABIC },
	{ 0x750, 0x77F, SCRIPT_ARABIC },
	{ 0x1E00, 0x1EFF, SCRIPT_LATIN },
	{ 0x1F00, 0x1FFF, SCRIPT_GREEK },
	{ 0xFB50, 0xFDFF, SCRIPT_ARABIC },
	{ 0xFE70, 0xFEFC, SCRIPT_ARABIC },
};

/* Letters of one shape, 0 where a script has none. */
static const struct {
	uint16_t latin, greek, cyrillic;
} shapes[] = {
	{ 'A', 0x391, 0x410 },
	{ 'B', 0x392, 0x412 },
	{ 'C', 0x3F9, 0x421 },
	{ 'E', 0x395, 0x415 },
	{ 'F', 0x3DC, 0 },
	{ 'G', 0, 0x50C },
	{ 'H', 0x397, 0x41D },
	{ 'I', 0x399, 0x406 },
	{ 'J', 0x37F, 0x408 },
	{ 'K', 0x39A, 0x41A },
	{ 'M', 0x39C, 0x41C },
	{ 'N', 0x39D, 0 },
	{ 'O', 0x39F, 0x41E },
	{ 'P', 0x3A1, 0x420 },
	{ 'Q', 0, 0x51A },
	{ 'S', 0, 0x405 },
	{ 'T', 0x3A4, 0x422 },
	{ 'W', 0, 0x51C },
	{ 'X', 0x3A7, 0x425 },
	{ 'Y', 0x3A5, 0x423 },
	{ 'Z', 0x396, 0 },
	{ 'a', 0x3B1, 0x430 },
	{ 'c', 0x3F2, 0x441 },
	{ 'd', 0, 0x501 },
	{ 'e', 0, 0x435 },
	{ 'h', 0, 0x4BB },
	{ 'i', 0x3B9, 0x456 },
	{ 'j', 0x3F3, 0x458 },
	{ 'k', 0x3BA, 0x43A },
	{ 'l', 0, 0x4CF },
	{ 'n', 0x3B7, 0 },
	{ 'o', 0x3BF, 0x43E },
	{ 'p', 0x3C1, 0x440 },
	{ 'q', 0, 0x51B },
	{ 's', 0, 0x455 },
	{ 'u', 0x3C5, 0 },
	{ 'v', 0x3BD, 0x475 },
	{ 'w', 0x3C9, 0x51D },
	{ 'x', 0x3C7, 0x445 },
	{ 'y', 0x3B3, 0x443 },
	{ 0, 0x393, 0x413 },
	{ 0, 0x3A0, 0x41F },
	{ 0, 0x3A6, 0x424 },
};

enum script script_of(uint32_t code_point)
{
	for (size_t i = 0; i < COUNT(ranges) && code_point >= ranges[i].first; i++) {
		if (code_point <= ranges[i].last)
			return ranges[i].script;
	}
	return SCRIPT_NONE;
}

bool script_is_rtl(uint32_t code_point)
{
	return (code_point >= 0x591 && code_point <= 0x8FF) ||
	       (code_point >= 0xFB1D && code_point <= 0xFDFF) ||
	       (code_point >= 0xFE70 && code_point <= 0xFEFC) ||
	       (code_point >= 0x10800 && code_point <= 0x10FFF) ||
	       (code_point >= 0x1E800 && code_point <= 0x1EFFF);
}

static uint16_t shape_in(size_t row, enum script script)
{
	switch (script) {
	case SCRIPT_LATIN:
		return shapes[row].latin;
	case SCRIPT_GREEK:
		return shapes[row].greek;
	case SCRIPT_CYRILLIC:
		return shapes[row].cyrillic;
	case SCRIPT_NONE:
	case SCRIPT_ARABIC:
		break;
	}
	return 0;
}

bool script_looks_like(uint32_t code_point, enum script other)
{
	enum script own = script_of(code_point);
	for (size_t i = 0; i < COUNT(shapes); i++) {
		if (shape_in(i, own) == code_point && shape_in(i, other) != 0)
			return true;
	}
	return false;
}
