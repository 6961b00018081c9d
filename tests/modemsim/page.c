#include "tests/modemsim/page.h"

const uint8_t page_html[] = {
#include "tests/modemsim/page.html.inc"
};
const size_t page_html_len = sizeof(page_html);
