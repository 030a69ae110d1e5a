/* PCRE2 names its functions by macros over the code unit's width; Swift needs the 8-bit width fixed here. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
