/*
 * The code tables of TS 23.038 (Release 17) 6.2.1, by septet; 0 where nothing is assigned
 * and at the escape. Constant.
 */
#ifndef SMS_GSM7_TABLES_H
#define SMS_GSM7_TABLES_H

#include <stdint.h>

#define GSM7_TABLE_LEN 128

extern const uint16_t gsm7_table_default[GSM7_TABLE_LEN];	 /* 6.2.1 */
extern const uint16_t gsm7_table_default_single[GSM7_TABLE_LEN]; /* 6.2.1.1 */

#endif
