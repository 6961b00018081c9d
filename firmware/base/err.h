/*
 * Error codes, by who is at fault. 0 is success everywhere; results come through
 * trailing out pointers that are set on success only. What a modem or a network
 * answers is data, never one of these.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
	ERR_ARG,	 /* the caller's bug: a value outside the documented range */
	ERR_SYS,	 /* the operating system refused; errno was logged there */
	ERR_MEM,	 /* a limit or a buffer was too small */
	ERR_INPUT,	 /* bytes from outside violate their specification */
	ERR_BUSY,	 /* right call, wrong moment */
	ERR_TIMEOUT,	 /* no answer in time */
	ERR_NOTFOUND,	 /* no such thing */
	ERR_UNSUPPORTED, /* the other side cannot do it */
};

/* The name of a code for logs ("not found"); never NULL, static storage. */
const char *err_name(enum err err);

#endif
