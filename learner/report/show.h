/* A recording, a profile or a filter program as text, for people or for programs. */
#ifndef LEARNER_SHOW_H
#define LEARNER_SHOW_H

#include "profile.h"
#include "recording.h"
#include "strbuf.h"

/* For people: names and paths are made fit for a terminal. */
void show_recording(const struct recording *recording, struct strbuf *out);
void show_profile(const struct profile *profile, struct strbuf *out);

/*
 * The stable form for programs, one line of JSON: {"abis":{ABI:[NAME]},"unknown":{ABI:[NUMBER]},
 * "gaps":[{"gap":KIND,"detail":TEXT}]}, names sorted. For a profile "abis" holds the names that
 * are allowed (or logged) and exist on the ABI; "default" tells what other calls get, and
 * "ignored" which names exist on no ABI of the profile, so that a runtime skips them.
 */
void show_recording_json(const struct recording *recording, struct strbuf *out);
void show_profile_json(const struct profile *profile, struct strbuf *out);

/*
 * A seccomp filter program (see bpf_show.h), an instruction a line; or, with `json`, one line
 * {"program":[{"code":N,"jt":N,"jf":N,"k":N,"text":TEXT}]}.
 */
void show_program(const struct strbuf *program, bool json, struct strbuf *out);

/* Is the name a system call of one of the profile's ABIs? (Without ABIs: of the native one.) */
bool show_applies(const struct profile *profile, const char *name);

#endif
