/*
 * The resources: one file each, with its handlers, what they take and what they give, and
 * one exported table of routes, ended by a NULL method.
 */
#ifndef WEB_API_RESOURCES_H
#define WEB_API_RESOURCES_H

#include "web/api/route.h"

extern const struct route session_routes[];
extern const struct route message_routes[];
extern const struct route preview_routes[];
extern const struct route list_routes[];
extern const struct route contact_routes[];
extern const struct route suppression_routes[];
extern const struct route import_routes[];
extern const struct route job_routes[];
extern const struct route campaign_routes[];
extern const struct route report_routes[];
extern const struct route conversation_routes[];
extern const struct route line_routes[];
extern const struct route overview_routes[];
extern const struct route admin_routes[];
extern const struct route settings_routes[];
extern const struct route system_routes[];
extern const struct route assets_routes[];

/* No members: for calls whose body may only be {}. */
extern const struct policy policy_nothing;

#endif
