"""A hub: a hall says where it wants to be told of what happens, and of what.

POST   hub {callback, query}   201, with the secret by which what is sent there is signed: it is told only here
DELETE hub/{id}                204; what was still to be told is told no more
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from channels.tmf.bodies import read
from channels.tmf.callbacks import LONGEST, NotAllowed, allowed
from channels.tmf.errors import Refusal
from channels.tmf.forms import Read, Text, Written
from channels.tmf.operations import Answer, Asked, Operation, Parameter, Reply
from channels.tmf.store import HubStore
from orders.halls import NoSuchThing
from orders.hub import BadQuery, Subscription, query_of

ID = Parameter("id", "path", "The subscription's id", required=True)


class EventSubscriptionInput(Read):
    callback: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    query: Text | None = None


class EventSubscription(Written):
    id: str
    callback: str
    query: str | None = None
    secret: str


class Hub:
    """api: which one's events. href: of a path below it. callbacks: what the configuration allows."""

    def __init__(
        self,
        store: HubStore,
        api: str,
        href: Callable[[str], str],
        callbacks: Sequence[str],
        secret: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._store = store
        self._api = api
        self._href = href
        self._callbacks = callbacks
        self._secret = secret

    async def subscribe(self, asked: Asked) -> Reply:
        form, _ = read(asked.body, EventSubscriptionInput)
        try:
            allowed(form.callback, self._callbacks)
            query_of(form.query, self._api)
        except NotAllowed as problem:
            raise Refusal("callbackNotAllowed", f"callback: {problem}") from None
        except BadQuery as problem:
            raise Refusal("badBody", f"query: {problem}") from None
        wanted = Subscription(0, asked.client.name, self._api, form.callback, form.query, self._secret())
        made = await self._store.subscribe(asked.client, wanted)
        document = {"@type": "EventSubscription", "id": str(made.id), "callback": made.callback}
        document |= {"query": made.query} if made.query is not None else {}
        return Reply(201, document | {"secret": made.secret}, {"Location": self._href(f"hub/{made.id}")})

    async def unsubscribe(self, asked: Asked) -> Reply:
        number = asked.path["id"]
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NoSuchThing(f"there is no subscription {number}")
        await self._store.unsubscribe(asked.client, self._api, int(number))
        return Reply(204)

    @property
    def operations(self) -> tuple[Operation, ...]:
        register, unregister = f"registerListener{self._api}", f"unregisterListener{self._api}"
        made = Answer("Told from now on", EventSubscription, headers=("Location",))
        return (
            Operation(register, "POST", "/hub", "Be told of what happens", self.subscribe, {201: made},
                      EventSubscriptionInput, refuses=("conflict",), leads_to=(unregister,),
                      example={"callback": "https://crm.example.com/listener", "query": "state=inProgress,cancelled"}),
            Operation(unregister, "DELETE", "/hub/{id}", "Be told no more", self.unsubscribe,
                      {204: Answer("Gone")}, parameters=(ID,), refuses=("notFound",)),
        )  # fmt: skip
