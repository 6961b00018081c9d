/* Compiles without a warning; the analysers have to see the null pointer. */
#include <stdlib.h>

int sample_null(int n);

int sample_null(int n)
{
	int *p = NULL;
	int value = 0;
	if (n > 3)
		p = &value;
	if (n < 9)
		*p = n;
	return value;
}
