"""The rule of which answers count, written down a second time as plainly as can be, to hold the real one against."""

from datetime import timedelta


def naive_answers(events, clock, decided=()):
    """The answers that count by item, worked out slowly: every item's events are sorted and the last one is taken."""
    found = {}
    for item in {event.item for event in events}:
        counted = [event for event in events if event.item == item and naively_counts(event, clock, decided)]
        last_of_device = [
            event
            for event in counted
            if not any((e.epoch, e.device) == (event.epoch, event.device) and e.seq > event.seq for e in counted)
        ]
        last_of_device.sort(key=lambda event: (event.epoch, naively_made(event), event.device))
        if last_of_device and last_of_device[-1].choice is not None:
            found[item] = last_of_device[-1].choice
    return found


def naively_counts(event, clock, decided=()):
    """`decided` are names on which a person has decided, with whether they count: that goes before the clock."""
    for name, counts in dict(decided).items():
        if name == (event.device, event.seq):
            return counts
    made, ends = naively_made(event), [clock.deadline_at]
    if clock.handed_in_at:
        ends.append(clock.handed_in_at)
    for takeover in clock.takeovers:
        if (takeover.epoch == event.epoch and event.device != takeover.device) or (
            takeover.epoch > event.epoch and made > takeover.at
        ):
            return False
    before_hand_in = not clock.handed_in_at or event.received_at <= clock.handed_in_at
    in_window = clock.sync_until is not None and event.received_at <= clock.sync_until
    stands_still = clock.paused_at is not None and in_window
    in_grace = event.received_at <= clock.deadline_at + timedelta(seconds=clock.grace_seconds)
    on_line = before_hand_in and (stands_still or in_grace)
    if stands_still:
        ends.remove(clock.deadline_at)
    off_line = in_window and all(made <= end for end in ends)
    return on_line or off_line


def naively_made(event):
    if event.anchor_at is None or event.elapsed_ms is None:
        return event.received_at
    return min(event.received_at, event.anchor_at + timedelta(milliseconds=event.elapsed_ms))
