/*
 * The code tables of TS 23.038 (Release 17) 6.2.1 and annex A, by septet; 0 where nothing
 * is assigned and at the escape. And the way back, by code point. Constant.
 */
#ifndef SMS_GSM7_TABLES_H
#define SMS_GSM7_TABLES_H

#include <stdint.h>

#define GSM7_TABLE_LEN 128
#define GSM7_COLUMNS                                                                     \
	18 /* pages of 128 code points that some table uses, and "no such"               \
	    */
#define GSM7_COLUMN_LEN 69 /* pages from U+0000 to the last of them */
#define GSM7_INDEX_LANGUAGES 14

extern const uint16_t gsm7_table_default[GSM7_TABLE_LEN];	 /* 6.2.1 */
extern const uint16_t gsm7_table_default_single[GSM7_TABLE_LEN]; /* 6.2.1.1 */

/* A.3, locking shift; Spanish has none */
extern const uint16_t gsm7_table_turkish[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_portuguese[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_bengali[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_gujarati[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_hindi[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_kannada[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_malayalam[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_oriya[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_punjabi[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_tamil[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_telugu[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_urdu[GSM7_TABLE_LEN];

/* A.2, single shift */
extern const uint16_t gsm7_table_turkish_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_spanish_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_portuguese_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_bengali_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_gujarati_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_hindi_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_kannada_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_malayalam_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_oriya_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_punjabi_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_tamil_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_telugu_single[GSM7_TABLE_LEN];
extern const uint16_t gsm7_table_urdu_single[GSM7_TABLE_LEN];

extern const uint8_t gsm7_column[GSM7_COLUMN_LEN];
extern const uint8_t gsm7_page[][128];
extern const uint8_t gsm7_pages_of_locking[GSM7_INDEX_LANGUAGES][GSM7_COLUMNS];
extern const uint8_t gsm7_pages_of_single[GSM7_INDEX_LANGUAGES][GSM7_COLUMNS];

#endif
