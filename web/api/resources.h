/*
 * The resources: one file each, with its handlers, what they take and what they give, and
 * one exported table of routes, ended by a NULL method.
 */
#ifndef WEB_API_RESOURCES_H
#define WEB_API_RESOURCES_H

#include "web/api/endpoint.h"

extern const struct endpoint session_routes[];
extern const struct endpoint message_routes[];
extern const struct endpoint preview_routes[];
extern const struct endpoint list_routes[];
extern const struct endpoint contact_routes[];
extern const struct endpoint suppression_routes[];
extern const struct endpoint import_routes[];
extern const struct endpoint job_routes[];
extern const struct endpoint campaign_routes[];
extern const struct endpoint estimate_routes[];
extern const struct endpoint report_routes[];
extern const struct endpoint conversation_routes[];
extern const struct endpoint line_routes[];
extern const struct endpoint bay_routes[];
extern const struct endpoint bay_history_routes[];
extern const struct endpoint plan_routes[];
extern const struct endpoint route_routes[];
extern const struct endpoint quota_routes[];
extern const struct endpoint time_routes[];
extern const struct endpoint overview_routes[];
extern const struct endpoint admin_routes[];
extern const struct endpoint settings_routes[];
extern const struct endpoint system_routes[];
extern const struct endpoint assets_routes[];

/* No members: for calls whose body may only be {}. */
extern const struct policy policy_nothing;

#endif
