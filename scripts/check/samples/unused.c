/* Formatted as we do, but no compiler may accept it under -Werror. */
int sample_unused(int a)
{
	int b = a;
	return a;
}
