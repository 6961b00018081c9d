/*
 * Inside the store: the lane of a message (queue_read.h), as the index message_queue has
 * it. SQLite takes the index only for the same expression.
 */
#ifndef STORE_LANE_H
#define STORE_LANE_H

#define MESSAGE_LANE "coalesce(iif(flags & 4, -sim_id, sim_id), 0)"

#endif
