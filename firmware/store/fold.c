#include "firmware/store/fold.h"

#include <string.h>

#include "firmware/base/text.h"

#define FOLDED_MAX 4096 /* octets of a folded name or text */

void fold_text(const char *text, char *dst, size_t size)
{
	struct buf b;

	buf_init_fixed(&b, dst, size);
	dst[0] = '\0';
	/* What is no text, or too long for a name, is not found by it. */
	if (text_fold(text, strlen(text), &b) != ERR_OK || !buf_ok(&b))
		dst[0] = '\0';
	else
		dst[b.len] = '\0';
}

static void sql_folded(sqlite3_context *context, int n, sqlite3_value **values)
{
	char folded[FOLDED_MAX];
	const char *text = (const char *)sqlite3_value_text(values[0]);

	(void)n;
	fold_text(text ? text : "", folded, sizeof(folded));
	sqlite3_result_text(context, folded, -1, SQLITE_TRANSIENT);
}

enum err fold_setup(struct store *s)
{
	int rc = sqlite3_create_function_v2(s->db, "folded", 1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, sql_folded,
		NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : db_fail(s, rc);
}
