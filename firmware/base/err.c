#include "firmware/base/err.h"

const char *err_name(enum err err)
{
	switch (err) {
	case ERR_OK:
		return "ok";
	case ERR_ARG:
		return "bad argument";
	case ERR_SYS:
		return "system error";
	case ERR_MEM:
		return "too large";
	case ERR_INPUT:
		return "bad input";
	case ERR_BUSY:
		return "busy";
	case ERR_TIMEOUT:
		return "timeout";
	case ERR_NOTFOUND:
		return "not found";
	case ERR_UNSUPPORTED:
		return "unsupported";
	}
	return "?";
}
