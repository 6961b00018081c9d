/*
 * Replacements for text that costs more than it must. Greek: GSM 7 bit has the ten
 * capitals that Latin lacks, and the other letters look like Latin capitals. Small
 * letters become capitals, both sigmas become one, accents, breathings and the iota below
 * go, and the diaeresis too, as there is no septet for it: a reader knows where it would
 * be.
 */
#include "firmware/sms/advice_tables.h"

/* clang-format off */
const struct advice_swap advice_swaps[ADVICE_SWAPS] = {
	{ 0x9, ADVICE_SPACES, " " },
	{ 0x60, ADVICE_QUOTES, "'" },
	{ 0x85, ADVICE_SPACES, "\n" },
	{ 0xA0, ADVICE_SPACES, " " },
	{ 0xA8, ADVICE_SYMBOLS, "\"" },
	{ 0xA9, ADVICE_SYMBOLS, "(c)" },
	{ 0xAB, ADVICE_QUOTES, "\"" },
	{ 0xAD, ADVICE_INVISIBLE, "" },
	{ 0xAE, ADVICE_SYMBOLS, "(R)" },
	{ 0xB2, ADVICE_SYMBOLS, "2" },
	{ 0xB3, ADVICE_SYMBOLS, "3" },
	{ 0xB4, ADVICE_QUOTES, "'" },
	{ 0xB5, ADVICE_SYMBOLS, "u" },
	{ 0xB7, ADVICE_SYMBOLS, "." },
	{ 0xB9, ADVICE_SYMBOLS, "1" },
	{ 0xBB, ADVICE_QUOTES, "\"" },
	{ 0xBC, ADVICE_SYMBOLS, "1/4" },
	{ 0xBD, ADVICE_SYMBOLS, "1/2" },
	{ 0xBE, ADVICE_SYMBOLS, "3/4" },
	{ 0xD7, ADVICE_SYMBOLS, "x" },
	{ 0xF7, ADVICE_SYMBOLS, "/" },
	{ 0x2BB, ADVICE_QUOTES, "'" },
	{ 0x2BC, ADVICE_QUOTES, "'" },
	{ 0x37E, ADVICE_SYMBOLS, ";" },
	{ 0x387, ADVICE_SYMBOLS, ":" },
	{ 0x61C, ADVICE_INVISIBLE, "" },
	{ 0x1680, ADVICE_SPACES, " " },
	{ 0x2000, ADVICE_SPACES, " " },
	{ 0x2001, ADVICE_SPACES, " " },
	{ 0x2002, ADVICE_SPACES, " " },
	{ 0x2003, ADVICE_SPACES, " " },
	{ 0x2004, ADVICE_SPACES, " " },
	{ 0x2005, ADVICE_SPACES, " " },
	{ 0x2006, ADVICE_SPACES, " " },
	{ 0x2007, ADVICE_SPACES, " " },
	{ 0x2008, ADVICE_SPACES, " " },
	{ 0x2009, ADVICE_SPACES, " " },
	{ 0x200A, ADVICE_SPACES, " " },
	{ 0x200B, ADVICE_INVISIBLE, "" },
	{ 0x200E, ADVICE_INVISIBLE, "" },
	{ 0x200F, ADVICE_INVISIBLE, "" },
	{ 0x2010, ADVICE_DASHES, "-" },
	{ 0x2011, ADVICE_DASHES, "-" },
	{ 0x2012, ADVICE_DASHES, "-" },
	{ 0x2013, ADVICE_DASHES, "-" },
	{ 0x2014, ADVICE_DASHES, "-" },
	{ 0x2015, ADVICE_DASHES, "-" },
	{ 0x2018, ADVICE_QUOTES, "'" },
	{ 0x2019, ADVICE_QUOTES, "'" },
	{ 0x201A, ADVICE_QUOTES, "'" },
	{ 0x201B, ADVICE_QUOTES, "'" },
	{ 0x201C, ADVICE_QUOTES, "\"" },
	{ 0x201D, ADVICE_QUOTES, "\"" },
	{ 0x201E, ADVICE_QUOTES, "\"" },
	{ 0x201F, ADVICE_QUOTES, "\"" },
	{ 0x2022, ADVICE_SYMBOLS, "*" },
	{ 0x2025, ADVICE_ELLIPSIS, ".." },
	{ 0x2026, ADVICE_ELLIPSIS, "..." },
	{ 0x2028, ADVICE_SPACES, "\n" },
	{ 0x2029, ADVICE_SPACES, "\n" },
	{ 0x202A, ADVICE_INVISIBLE, "" },
	{ 0x202B, ADVICE_INVISIBLE, "" },
	{ 0x202C, ADVICE_INVISIBLE, "" },
	{ 0x202D, ADVICE_INVISIBLE, "" },
	{ 0x202E, ADVICE_INVISIBLE, "" },
	{ 0x202F, ADVICE_SPACES, " " },
	{ 0x2032, ADVICE_QUOTES, "'" },
	{ 0x2033, ADVICE_QUOTES, "\"" },
	{ 0x2039, ADVICE_QUOTES, "'" },
	{ 0x203A, ADVICE_QUOTES, "'" },
	{ 0x2043, ADVICE_DASHES, "-" },
	{ 0x2044, ADVICE_SYMBOLS, "/" },
	{ 0x205F, ADVICE_SPACES, " " },
	{ 0x2060, ADVICE_INVISIBLE, "" },
	{ 0x2066, ADVICE_INVISIBLE, "" },
	{ 0x2067, ADVICE_INVISIBLE, "" },
	{ 0x2068, ADVICE_INVISIBLE, "" },
	{ 0x2069, ADVICE_INVISIBLE, "" },
	{ 0x2116, ADVICE_SYMBOLS, "No" },
	{ 0x2122, ADVICE_SYMBOLS, "(TM)" },
	{ 0x2190, ADVICE_SYMBOLS, "<-" },
	{ 0x2192, ADVICE_SYMBOLS, "->" },
	{ 0x2212, ADVICE_DASHES, "-" },
	{ 0x2260, ADVICE_SYMBOLS, "!=" },
	{ 0x2264, ADVICE_SYMBOLS, "<=" },
	{ 0x2265, ADVICE_SYMBOLS, ">=" },
	{ 0x25CF, ADVICE_SYMBOLS, "*" },
	{ 0x25E6, ADVICE_SYMBOLS, "*" },
	{ 0x3000, ADVICE_SPACES, " " },
	{ 0xFB01, ADVICE_SYMBOLS, "fi" },
	{ 0xFB02, ADVICE_SYMBOLS, "fl" },
	{ 0xFEFF, ADVICE_INVISIBLE, "" },
};

const struct advice_run advice_vietnamese[ADVICE_VIETNAMESE_RUNS] = {
	{ 0xC0, 64,
	  "AAAA----EEE-II----OOOO---UU--Y--aaaa----eee-ii----oooo---uu-"
	  "-y--" },
	{ 0x102, 2, "Aa" },
	{ 0x110, 2, "Dd" },
	{ 0x128, 2, "Ii" },
	{ 0x168, 2, "Uu" },
	{ 0x1A0, 2, "Oo" },
	{ 0x1AF, 2, "Uu" },
	{ 0x1EA0, 90,
	  "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOo"
	  "OoOoOoOoUuUuUuUuUuUuUuYyYyYyYy" },
	{ 0x300, 4, "__-_" },
	{ 0x309, 1, "_" },
};

const struct advice_run advice_latin[ADVICE_LATIN_RUNS] = {
	{ 0xC0, 192,
	  "AAAA----E-EEIIIID-OOOO---UUU-Y---aaa---c--ee-iiid--ooo----uu"
	  "-y-yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi--JjKk"
	  "kLlLlLlLlLlNnNnNn-NnOoOoOo--RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUu"
	  "WwYyYZzZzZzs" },
	{ 0x1CD, 16, "AaIiOoUuUuUuUuUu" },
	{ 0x218, 4, "SsTt" },
};

const struct advice_run advice_greek[ADVICE_GREEK_RUNS] = {
	{ 0x386, 1, "A" },
	{ 0x388, 71,
	  "EHI-O-YwIABgdEZHqIKlMNxOpP-sTYfXcwIYAEHIYABgdEZHqIKlMNxOpPss"
	  "TYfXcwIYOYw" },
	{ 0x1F00, 88,
	  "AAAAAAAAAAAAAAAAEEEEEE--EEEEEE--HHHHHHHHHHHHHHHHIIIIIIIIIIII"
	  "IIIIOOOOOO--OOOOOO--YYYYYYYY" },
	{ 0x1F59, 37, "Y-Y-Y-YwwwwwwwwwwwwwwwwAAEEHHIIOOYYww" },
	{ 0x1F80, 61,
	  "AAAAAAAAAAAAAAAAHHHHHHHHHHHHHHHHwwwwwwwwwwwwwwwwAAAAA-AAAAAA"
	  "A" },
	{ 0x1FC2, 11, "HHH-HHEEHHH" },
	{ 0x1FD0, 12, "IIII--IIIIII" },
	{ 0x1FE0, 13, "YYYYPPYYYYYYP" },
	{ 0x1FF2, 11, "www-wwOOwww" },
	{ 0x300, 2, "__" },
	{ 0x308, 1, "_" },
	{ 0x313, 2, "__" },
};

const uint16_t advice_greek_letter[26] = {
	['c' - 'a'] = 0x3A8, /* Ψ */
	['d' - 'a'] = 0x394, /* Δ */
	['f' - 'a'] = 0x3A6, /* Φ */
	['g' - 'a'] = 0x393, /* Γ */
	['l' - 'a'] = 0x39B, /* Λ */
	['p' - 'a'] = 0x3A0, /* Π */
	['q' - 'a'] = 0x398, /* Θ */
	['s' - 'a'] = 0x3A3, /* Σ */
	['w' - 'a'] = 0x3A9, /* Ω */
	['x' - 'a'] = 0x39E, /* Ξ */
};
/* clang-format on */
