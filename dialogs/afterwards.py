"""What follows the end of a dialog in a session that goes on: is there anything else?

A text conversation is over when it is answered, and a USSD session costs others time. A caller who has heard his
balance is still there, and would have to dial again for his bill. So where `Facts.goes_on` says so, what would be an
end leads to the script `afterwards`:

    … your balance is …  ──►  afterwards: anything else?
                                *                    the menu
                                a key of the menu    as if the menu had been heard
                                #                    what was said, once more, and the question
                                its own keys         what the script says: done, goodbye
                                silence              once more, and then goodbye

So `#` needs to know what was said: the prompts since he last answered, kept in a slot beside those of the script, in
numbers and names and not in words. A person who was asked for is not among it: he comes, or rings.

A dialog that the house has begun (a call about an order, a survey) has nothing to go on with, and its end is an end. So
has one in which he was given up, or has left by himself. Editions that were published without the script end as before.
"""

from collections.abc import Iterable, Iterator

from dialogs.words import Effect, HandOver, Prompt, Say, Value, Values

SAID = "_said"  # the slot of what was said since he last answered
BEGUN = "_begun"  # the slot by which a dialog is known that the house has begun


def said_so_far(slots: Values, effects: Iterable[Effect]) -> list[Value]:
    """What he has heard since he last answered; what goes as a text message he can read again."""
    effects = list(effects)
    if any(isinstance(effect, HandOver) for effect in effects):
        return []
    before = slots.get(SAID)
    said = [_kept(each.prompt) for each in effects if isinstance(each, Say) and not each.notice]
    return [*(before if isinstance(before, list) else []), *said]


def prompts(slots: Values) -> Iterator[Prompt]:
    said = slots.get(SAID)
    for each in said if isinstance(said, list) else []:
        if isinstance(each, dict) and isinstance(values := each["values"], dict):
            yield Prompt(str(each["phrase"]), values)


def _kept(prompt: Prompt) -> Value:
    return {"phrase": prompt.phrase, "values": dict(prompt.values)}
