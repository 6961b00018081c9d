/*
 * What the files of a slot call of each other. Nobody else includes this.
 */
#ifndef RADIO_SLOT_PARTS_H
#define RADIO_SLOT_PARTS_H

#include "firmware/radio/slot/slot.h"

#define EV(slot, event, data) ((void)fsm_event(&(slot)->fsm, (event), (data)))

/* slot.c */
extern const struct fsm_def slot_fsm;
void slot_go(struct slot *slot, enum slot_state state, enum reason reason);
void slot_rest(struct slot *slot); /* to where a slot with nothing in hand stands */
void slot_wait(struct slot *slot, uint64_t delay_ms); /* then SLOT_EV_TIMER */

/* slot_boot.c: handlers of the start, by the table */
void slot_boot_open(void *user, const void *data);
void slot_boot_restart(void *user, const void *data);
void slot_boot_probe(void *user, const void *data);
void slot_boot_probed(void *user, const void *data);
void slot_boot_read_sim(void *user, const void *data);
void slot_boot_sim_read(void *user, const void *data);
void slot_boot_known(void *user, const void *data);
void slot_boot_set_up(void *user, const void *data);
void slot_boot_find(void *user, const void *data);
void slot_boot_net_read(void *user, const void *data);
void slot_boot_failed(void *user, const void *data);
void slot_boot_gone(void *user, const void *data);
void slot_boot_unplugged(void *user, const void *data);
void slot_boot_registering(struct slot *slot);
void slot_boot_take_net(struct slot *slot, const struct modem_net_info *net);
void slot_close(struct slot *slot);

/* slot_recover.c */
void slot_recover(struct slot *slot, enum reason reason, enum rung from);
void slot_recover_power(struct slot *slot);
void slot_recover_step(void *user, const void *data);
void slot_recover_done(void *user, const void *data);
void slot_recover_stuck(void *user, const void *data);
void slot_recover_sick(void *user, const void *data);
void slot_recover_asked(void *user, const void *data);
void slot_recover_again(void *user, const void *data);
void slot_note_works(struct slot *slot);

/* slot_ussd.c */
bool slot_ussd_is_due(struct slot *slot, bool may_rest);
enum err slot_ussd_start(struct slot *slot);
void slot_ussd_stop(struct slot *slot); /* it is answered at once, if it may */

/* slot_tell.c */
void slot_tell_init(struct slot *slot);
void slot_tell_sim(struct slot *slot); /* its SIM's row wants writing, or finding */
void slot_tell_bay(struct slot *slot); /* its row wants writing */

#endif
