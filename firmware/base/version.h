/*
 * What this program calls itself: `make VERSION=1.2` says it for a release.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#ifndef CHAPAR_VERSION
#define CHAPAR_VERSION "development"
#endif

#endif
