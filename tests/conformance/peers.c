#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/conformance/peers.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gammu.h>
#include <osmocom/gsm/gsm_utils.h>

#include "firmware/base/str.h"

/* Of libgammu's own headers, which are not installed; its symbols are. */
extern GSM_SMSMessageLayout PHONE_SMSSubmit;
int GSM_PackSevenBitsToEight(
	size_t offset, const unsigned char *input, unsigned char *output, size_t length);
int GSM_UnpackEightBitsToSeven(size_t offset, size_t in_length, size_t out_length,
	const unsigned char *input, unsigned char *output);
void EncodeDefault(unsigned char *dest, const unsigned char *src, size_t *len,
	gboolean use_extensions, unsigned char *extra);
void DecodeDefault(unsigned char *dest, const unsigned char *src, size_t len,
	gboolean use_extensions, unsigned char *extra);

static GSM_StateMachine *machine;		  /* gammu encodes nothing without one */
static char phone[] = "/tmp/chapar-gammu-XXXXXX"; /* the folder of its dummy phone */

size_t osmo_pack(const uint8_t *septets, size_t count, unsigned fill_bits, uint8_t *out)
{
	return (size_t)gsm_septet_pack(out, septets, count, (uint8_t)fill_bits);
}

size_t osmo_encode(const char *latin, uint8_t *out, size_t size, size_t *out_septets)
{
	int octets = 0;
	*out_septets = (size_t)gsm_7bit_encode_n(out, size, latin, &octets);
	return (size_t)octets;
}

size_t osmo_encode_ussd(const char *latin, uint8_t *out, size_t size)
{
	int octets = 0;
	(void)gsm_7bit_encode_n_ussd(out, size, latin, &octets);
	return (size_t)octets;
}

size_t osmo_decode(const uint8_t *in, uint8_t septets, char *latin, size_t size)
{
	return (size_t)gsm_7bit_decode_n(latin, size, in, septets);
}

size_t osmo_decode_ussd(const uint8_t *in, uint8_t septets, char *latin, size_t size)
{
	return (size_t)gsm_7bit_decode_n_ussd(latin, size, in, septets);
}

size_t osmo_decode_header(const uint8_t *ud, uint8_t septets, char *latin, size_t size)
{
	return (size_t)gsm_7bit_decode_n_hdr(latin, size, ud, septets, 1);
}

bool gammu_start(void)
{
	GSM_InitLocales(NULL);
	machine = GSM_AllocStateMachine();
	GSM_Config *config = machine != NULL ? GSM_GetConfig(machine, 0) : NULL;
	if (config == NULL || mkdtemp(phone) == NULL)
		return false;
	config->Device = strdup(phone);
	config->Connection = strdup("none");
	(void)str_copy(config->Model, sizeof(config->Model), "dummy");
	GSM_SetConfigNum(machine, 1);
	return GSM_InitConnection(machine, 1) == ERR_NONE;
}

static int entry_remove(
	const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

void gammu_stop(void)
{
	(void)GSM_TerminateConnection(machine); /* a folder has nothing to hang up */
	(void)nftw(phone, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

size_t gammu_pack(const uint8_t *septets, size_t count, unsigned fill_bits, uint8_t *out)
{
	return (size_t)GSM_PackSevenBitsToEight(fill_bits, septets, out, count);
}

size_t gammu_unpack(const uint8_t *in, size_t octets, size_t septets, uint8_t *out)
{
	return (size_t)GSM_UnpackEightBitsToSeven(0, octets, septets, in, out);
}

size_t gammu_septets(const uint8_t *units, size_t count, uint8_t *out)
{
	size_t len = count;
	EncodeDefault(out, units, &len, TRUE, NULL);
	return len;
}

void gammu_text(const uint8_t *septets, size_t count, uint8_t *units)
{
	DecodeDefault(units, septets, count, TRUE, NULL);
}

void gammu_units_from_utf8(const char *text, size_t len, uint8_t *units)
{
	DecodeUTF8(units, text, len);
}

void gammu_utf8_from_units(const uint8_t *units, char *text)
{
	(void)EncodeUTF8(text, units); /* says whether it had to encode anything */
}

static int alphabet_of(GSM_Coding_Type coding)
{
	if (coding == SMS_Coding_8bit)
		return 1;
	return coding == SMS_Coding_Unicode_No_Compression ? 2 : 0;
}

bool gammu_decode(const uint8_t *pdu, size_t len, struct gammu_message *out)
{
	static GSM_SMSMessage sms;
	memset(&sms, 0, sizeof(sms));
	memset(out, 0, sizeof(*out));
	if (GSM_DecodePDUFrame(GSM_GetGlobalDebug(), &sms, pdu, len, NULL, TRUE) !=
		ERR_NONE)
		return false;
	out->is_submit = sms.PDU == SMS_Submit;
	out->is_report = sms.PDU == SMS_Status_Report;
	out->alphabet = alphabet_of(sms.Coding);
	out->class = sms.Class;
	bool is_concat = sms.UDH.Type == UDH_ConcatenatedMessages ||
			 sms.UDH.Type == UDH_ConcatenatedMessages16bit;
	out->parts = is_concat ? sms.UDH.AllParts : 0;
	out->part = is_concat ? sms.UDH.PartNumber : 0;
	out->ref = sms.UDH.ID16bit >= 0 ? sms.UDH.ID16bit : sms.UDH.ID8bit;
	EncodeUTF8(out->number, sms.Number);
	EncodeUTF8(out->smsc, sms.SMSC.Number);
	if (out->alphabet != 1)
		EncodeUTF8(out->text, sms.Text);
	out->year = sms.DateTime.Year;
	out->month = sms.DateTime.Month;
	out->day = sms.DateTime.Day;
	out->hour = sms.DateTime.Hour;
	out->minute = sms.DateTime.Minute;
	out->second = sms.DateTime.Second;
	out->status = sms.DeliveryStatus;
	return true;
}

/* gammu keeps the fields of a frame at fixed places; what a modem gets is without gaps.
 */
static size_t frame_gather(const uint8_t *frame, size_t length, uint8_t *out)
{
	const GSM_SMSMessageLayout *l = &PHONE_SMSSubmit;
	size_t len = 0, number = (size_t)(frame[l->Number] + 1) / 2 + 2;
	out[len++] = frame[l->firstbyte];
	out[len++] = frame[l->TPMR];
	memcpy(out + len, frame + l->Number, number);
	len += number;
	out[len++] = frame[l->TPPID];
	out[len++] = frame[l->TPDCS];
	out[len++] = frame[l->TPVP];
	out[len++] = frame[l->TPUDL];
	memcpy(out + len, frame + l->Text, length - l->Text);
	return len + length - l->Text;
}

size_t gammu_submit(const char *number, const char *text, bool ucs2, uint8_t *out)
{
	static GSM_SMSMessage sms;
	unsigned char frame[1000] = { 0 };
	int length = 0;
	GSM_SetDefaultSMSData(&sms);
	sms.PDU = SMS_Submit;
	sms.UDH.Type = UDH_NoUDH;
	sms.Coding = ucs2 ? SMS_Coding_Unicode_No_Compression
			  : SMS_Coding_Default_No_Compression;
	sms.Class = -1;
	EncodeUnicode(sms.Number, number, strlen(number));
	DecodeUTF8(sms.Text, text, strlen(text));
	sms.Length = (int)UnicodeLength(sms.Text);
	if (PHONE_EncodeSMSFrame(machine, &sms, frame, PHONE_SMSSubmit, &length, TRUE) !=
		ERR_NONE)
		return 0;
	return frame_gather(frame, (size_t)length, out);
}

int gammu_parts(const char *text, bool ucs2, int ref_bits, uint8_t *units)
{
	GSM_UDH header = ref_bits == 0	 ? UDH_NoUDH
			 : ref_bits == 8 ? UDH_ConcatenatedMessages
					 : UDH_ConcatenatedMessages16bit;
	int parts = 0;
	size_t left = 0;
	DecodeUTF8(units, text, strlen(text));
	GSM_SMSCounter(GSM_GetGlobalDebug(), units, header,
		ucs2 ? SMS_Coding_Unicode_No_Compression
		     : SMS_Coding_Default_No_Compression,
		&parts, &left);
	return parts;
}
