#include "firmware/sms/cause.h"

#include <stddef.h>

struct cause {
	uint16_t code;
	const char *text;
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define FCS_FIRST 0x80 /* codes below are RP causes in +CMS ERROR */
#define STATUS_SERVICE_REJECTED 0x63

/* TS 23.040 9.2.3.15 */
static const struct cause status_causes[] = {
	{ 0x00, "The phone has received the message." },
	{ 0x01, "The message was passed on, but nobody confirms that it arrived." },
	{ 0x02, "The service centre replaced the message by a later one." },
	{ 0x20, "The network is congested; the service centre tries again." },
	{ 0x21, "The phone is busy; the service centre tries again." },
	{ 0x22, "The phone does not answer; the service centre tries again." },
	{ 0x23, "The service was refused for now; the service centre tries again." },
	{ 0x24, "The requested quality is not available; the service centre tries "
		"again." },
	{ 0x25, "The phone has an error; the service centre tries again." },
	{ 0x40, "A request inside the network failed for good." },
	{ 0x41, "The destination cannot handle such messages." },
	{ 0x42, "The phone refused the message." },
	{ 0x43, "The number cannot be reached." },
	{ 0x44, "The requested quality is not available." },
	{ 0x45, "There is no way between the networks." },
	{ 0x46, "The message was not delivered before its validity ended." },
	{ 0x47, "The sender deleted the message before delivery." },
	{ 0x48, "The operator of the service centre deleted the message." },
	{ 0x49, "The service centre does not know the message." },
	{ 0x60, "The network was congested; the service centre gave up." },
	{ 0x61, "The phone was busy; the service centre gave up." },
	{ 0x62, "The phone did not answer; the service centre gave up." },
	{ 0x63, "The service was refused; the service centre gave up." },
	{ 0x64, "The requested quality was not available; the service centre gave up." },
	{ 0x65, "The phone had an error; the service centre gave up." },
};

/* TS 24.011 E.2 for 0 to 127, TS 23.040 9.2.3.22 to 255, TS 27.005 3.2.5 from 300. */
static const struct cause cms_causes[] = {
	{ 1, "The number is not in use." },
	{ 8, "The operator bars this SIM from sending." },
	{ 10, "Sending is barred on this SIM." },
	{ 17, "The network failed." },
	{ 21, "The network refused the message." },
	{ 22, "The receiver's memory is full, or the network is congested." },
	{ 27, "The destination is out of service." },
	{ 28, "The network does not know the subscriber." },
	{ 29, "The network refused the service." },
	{ 30, "The network does not know this SIM's subscriber." },
	{ 38, "The network is out of order." },
	{ 41, "The network has a temporary failure." },
	{ 42, "The network is congested." },
	{ 47, "The network lacks resources." },
	{ 50, "This SIM's contract does not include text messages." },
	{ 69, "The network does not offer this service." },
	{ 81, "The message reference does not match." },
	{ 95, "The network found the message to be wrong." },
	{ 96, "The network misses a required field." },
	{ 97, "The network does not know this type of message." },
	{ 98, "The network did not expect this message now." },
	{ 99, "The network does not know a field of the message." },
	{ 111, "The network reports a protocol error." },
	{ 127, "A failure between networks, not further explained." },
	{ 128, "The service centre does not support this message type." },
	{ 129, "Silent messages of type 0 are not supported." },
	{ 130, "The earlier message cannot be replaced." },
	{ 143, "The protocol identifier was refused." },
	{ 144, "The alphabet is not supported." },
	{ 145, "The message class is not supported." },
	{ 159, "The data coding was refused." },
	{ 160, "The command cannot be carried out." },
	{ 161, "The command is not supported." },
	{ 175, "The command was refused." },
	{ 176, "The service centre does not support this kind of PDU." },
	{ 192, "The service centre is busy." },
	{ 193, "This SIM has no contract with the service centre." },
	{ 194, "The service centre has a failure." },
	{ 195, "The number is not valid." },
	{ 196, "The number is barred." },
	{ 197, "The service centre refused a duplicate message." },
	{ 198, "The service centre does not support this form of validity." },
	{ 199, "The service centre does not support a validity." },
	{ 208, "The SIM's message memory is full." },
	{ 209, "The SIM cannot store messages." },
	{ 210, "The receiving phone has an error." },
	{ 211, "The receiving phone's memory is full." },
	{ 212, "The SIM's application toolkit is busy." },
	{ 213, "Data for the SIM could not be written." },
	{ 255, "The service centre failed without saying why." },
	{ 300, "The modem failed." },
	{ 301, "The modem keeps its message service for itself." },
	{ 302, "The modem does not allow this now." },
	{ 303, "The modem does not support this." },
	{ 304, "The modem refuses the PDU." },
	{ 305, "The modem refuses a text mode parameter." },
	{ 310, "There is no SIM in the modem." },
	{ 311, "The SIM wants its PIN." },
	{ 312, "The modem is locked to another SIM and wants a code." },
	{ 313, "The SIM failed." },
	{ 314, "The SIM is busy." },
	{ 315, "The SIM is of the wrong kind." },
	{ 316, "The SIM wants its PUK." },
	{ 317, "The SIM wants its PIN2." },
	{ 318, "The SIM wants its PUK2." },
	{ 320, "The message memory failed." },
	{ 321, "There is no such place in the message memory." },
	{ 322, "The message memory is full." },
	{ 330, "The service centre's number is not known." },
	{ 331, "The modem has no network." },
	{ 332, "The network did not answer in time." },
	{ 340, "The modem expected no acknowledgement." },
	{ 500, "The modem failed without saying why." },
};

/* TS 27.007 9.2.1 to 9.2.3 */
static const struct cause cme_causes[] = {
	{ 0, "The modem failed." },
	{ 1, "The modem has no connection to its radio." },
	{ 2, "The modem's link is reserved." },
	{ 3, "The modem does not allow this now." },
	{ 4, "The modem does not support this." },
	{ 5, "The modem is locked to another SIM and wants a code." },
	{ 6, "The modem is locked to its first SIM and wants a code." },
	{ 7, "The modem is locked to its first SIM and wants an unlocking code." },
	{ 10, "There is no SIM in the modem." },
	{ 11, "The SIM wants its PIN." },
	{ 12, "The SIM wants its PUK." },
	{ 13, "The SIM failed." },
	{ 14, "The SIM is busy." },
	{ 15, "The SIM is of the wrong kind." },
	{ 16, "The code was wrong." },
	{ 17, "The SIM wants its PIN2." },
	{ 18, "The SIM wants its PUK2." },
	{ 20, "The memory is full." },
	{ 21, "There is no such place in the memory." },
	{ 22, "Nothing was found." },
	{ 23, "The memory failed." },
	{ 24, "The text is too long." },
	{ 25, "The text has characters that the modem refuses." },
	{ 26, "The number is too long." },
	{ 27, "The number has characters that the modem refuses." },
	{ 30, "The modem has no network." },
	{ 31, "The network did not answer in time." },
	{ 32, "The network allows emergency calls only." },
	{ 40, "The modem is locked to a network and wants a code." },
	{ 41, "The modem is locked to a network and wants an unlocking code." },
	{ 42, "The modem is locked to part of a network and wants a code." },
	{ 43, "The modem is locked to part of a network and wants an unlocking code." },
	{ 44, "The modem is locked to a provider and wants a code." },
	{ 45, "The modem is locked to a provider and wants an unlocking code." },
	{ 46, "The modem is locked to a company and wants a code." },
	{ 47, "The modem is locked to a company and wants an unlocking code." },
	{ 48, "A hidden key is wanted." },
	{ 49, "The authentication method is not supported." },
	{ 50, "The modem refuses a parameter." },
	{ 51, "The command exists but is disabled now." },
	{ 52, "The command was aborted." },
	{ 53, "The modem's settings keep it off the network." },
	{ 54, "The modem is restricted to emergency calls." },
	{ 55, "The modem's settings do not allow this." },
	{ 56, "The SIM allows its fixed numbers only." },
	{ 57, "The modem is in other use for the moment." },
	{ 58, "The language or alphabet is not supported." },
	{ 59, "The modem did not expect this value." },
	{ 60, "The system failed." },
	{ 61, "Data is missing." },
	{ 62, "The call is barred." },
	{ 63, "The message waiting indication could not be set up." },
	{ 100, "The modem failed without saying why." },
	{ 103, "The network does not accept this SIM." },
	{ 106, "The network does not accept this modem." },
	{ 107, "The network does not allow this SIM to use data." },
	{ 108, "The network allows this SIM neither data nor calls." },
	{ 111, "This SIM may not use this network." },
	{ 112, "This SIM may not be used in this area." },
	{ 113, "Roaming is not allowed in this area." },
	{ 132, "The network does not support the service." },
	{ 133, "This SIM's contract does not include the service." },
	{ 134, "The service is out of order for the moment." },
	{ 148, "The data service failed without saying why." },
	{ 149, "The data service refused the sign-in." },
	{ 150, "The modem is of the wrong mobile class." },
};

static const char *cause_find(const struct cause *table, size_t count, unsigned code)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].code == code)
			return table[i].text;
	}
	return NULL;
}

/* 9.2.3.15: values that are neither named nor left to service centres are reserved. */
static bool status_is_reserved(uint8_t tp_status)
{
	bool is_centres_own = tp_status < 0x80 && (tp_status & 0x10) != 0;
	return !is_centres_own &&
	       cause_find(status_causes, COUNT(status_causes), tp_status) == NULL;
}

enum cause_status_class cause_status_class(uint8_t tp_status)
{
	static const enum cause_status_class classes[] = {
		CAUSE_STATUS_UNCONFIRMED,
		CAUSE_STATUS_TRYING,
		CAUSE_STATUS_FAILED,
		CAUSE_STATUS_GAVE_UP,
	};
	if (tp_status == 0)
		return CAUSE_STATUS_DELIVERED;
	if (status_is_reserved(tp_status))
		tp_status = STATUS_SERVICE_REJECTED;
	return classes[tp_status >> 5];
}

const char *cause_status_text(uint8_t tp_status)
{
	static const char *const centres_own[] = {
		[CAUSE_STATUS_DELIVERED] = "",
		[CAUSE_STATUS_TRYING] =
			"The service centre tries again, for a reason of its own.",
		[CAUSE_STATUS_FAILED] =
			"The service centre failed for a reason of its own.",
		[CAUSE_STATUS_GAVE_UP] =
			"The service centre gave up for a reason of its own.",
		[CAUSE_STATUS_UNCONFIRMED] =
			"The service centre is done with it, in a way of its own.",
	};
	if (status_is_reserved(tp_status))
		return "The service centre gave up with a code that no standard "
		       "explains.";
	const char *text = cause_find(status_causes, COUNT(status_causes), tp_status);
	return text != NULL ? text : centres_own[cause_status_class(tp_status)];
}

const char *cause_fcs_text(uint8_t tp_fcs)
{
	if (tp_fcs >= 0xE0 && tp_fcs <= 0xFE)
		return "The receiving application refused the message.";
	const char *text = NULL;
	if (tp_fcs >= FCS_FIRST)
		text = cause_find(cms_causes, COUNT(cms_causes), tp_fcs);
	return text != NULL ? text
			    : "The message was refused with a code that no standard "
			      "explains.";
}

bool cause_cms_is_known(unsigned code)
{
	return cause_find(cms_causes, COUNT(cms_causes), code) != NULL;
}

const char *cause_cms_text(unsigned code)
{
	if (code >= FCS_FIRST && code <= 0xFF)
		return cause_fcs_text((uint8_t)code);
	const char *text = cause_find(cms_causes, COUNT(cms_causes), code);
	if (text != NULL)
		return text;
	if (code < FCS_FIRST) /* TS 24.011 8.2.5.4: others are to be taken as cause 111 */
		return "The network failed with a code that no standard explains.";
	return "The modem failed with a code of its maker's own.";
}

bool cause_cme_is_known(unsigned code)
{
	return cause_find(cme_causes, COUNT(cme_causes), code) != NULL;
}

const char *cause_cme_text(unsigned code)
{
	const char *text = cause_find(cme_causes, COUNT(cme_causes), code);
	return text != NULL ? text
			    : "The modem failed with a code that no standard explains.";
}
