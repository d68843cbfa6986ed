/*
 * What the parts of a recording's implementation share; nobody else includes it, and they
 * only behind recording.h.
 */
#ifndef LEARNER_RECORDING_PARTS_H
#define LEARNER_RECORDING_PARTS_H

#include <stddef.h>

struct learnt;
struct provenance;
struct recorded_gap;
struct recording;
struct source;

/* As strcmp(3); what is not known (NULL) comes last. */
int recording_compare_text(const char *a, const char *b);

/* For qsort(3): by source, and within one the earliest first. */
int recording_compare_provenance(const void *pa, const void *pb);

void recording_add_provenance(struct learnt *call, struct provenance by);
void recording_add_knower(struct learnt *call, size_t source);

/* The index knows where calls stand that were added since the last sorting. */
void recording_drop_index(struct recording *recording);

void recording_release_provenance(struct provenance *by);
void recording_release_source(struct source *source);
void recording_release_call(struct learnt *call);
void recording_release_gap(struct recorded_gap *gap);

#endif
