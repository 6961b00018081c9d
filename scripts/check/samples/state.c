/* A counter that every caller shares, in a function that nobody calls. */
int sample_state(void);

int sample_state(void)
{
	static int calls;
	return ++calls;
}
