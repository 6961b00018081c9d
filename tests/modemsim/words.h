/*
 * A line cut into words, in place.
 */
#ifndef MODEMSIM_WORDS_H
#define MODEMSIM_WORDS_H

/* The next word of *rest, terminated, or NULL; *rest then starts at the word after it, so
 * that what is left can also be taken whole. Words end at blanks. */
char *words_take(char **rest);

#endif
