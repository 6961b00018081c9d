/*
 * Bits of the first octet (TS 23.040 9.2.3.1 to .6, .17, .23, .25, .26, .28) and of TP-PI
 * (9.2.3.27), shared by the reading and the writing half of pdu.h.
 */
#ifndef SMS_PDU_BITS_H
#define SMS_PDU_BITS_H

#define PDU_MTI_MASK 0x03u
#define PDU_NO_MORE_MESSAGES 0x04u /* TP-MMS: 1 means that there are none */
#define PDU_RD 0x04u
#define PDU_LP 0x08u
#define PDU_VPF_SHIFT 3
#define PDU_SRR 0x20u
#define PDU_SRI 0x20u
#define PDU_SRQ 0x20u
#define PDU_UDHI 0x40u
#define PDU_RP 0x80u

#define PDU_PI_PID 0x01u
#define PDU_PI_DCS 0x02u
#define PDU_PI_UD 0x04u
#define PDU_PI_RESERVED 0x78u
#define PDU_PI_EXTENSION 0x80u

#define PDU_REPORT_UD_OCTETS_MAX 131 /* 9.2.2.3 */
#define PDU_FCS_FIRST 0x80u	     /* 9.2.3.22: below is reserved */

#endif
