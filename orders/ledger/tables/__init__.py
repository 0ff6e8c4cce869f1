"""The tables, and why each is shaped so.

Every table that grows is keyed by `subscriber` first: rows of one subscriber lie together, one batch touches few pages,
and the same schema spreads over several machines by that column. What is due (a message to send, a look-up to ask, a
deadline, a call) is found through a partial index that holds only the rows still to be done, so that years of finished
rows cost nothing. Instants are seconds since 1970 as floats, money is whole fen, documents are JSON text.

A table stands in the module of its subject, and is imported from here. Alembic's first migration was made from them; a
later change is a migration of its own.
"""

from orders.ledger.tables.agreed import offers, order_events, order_items, order_private, orders, returns, stock
from orders.ledger.tables.audit import access_log, audit_marks
from orders.ledger.tables.base import metadata
from orders.ledger.tables.calls import (
    call_attempts,
    call_remarks,
    call_tasks,
    key_confirmations,
    phone_calls,
    recordings,
    reviews,
    waiting_calls,
)
from orders.ledger.tables.conversations import connections, dialogs, inbound, lookups, parts, quarantine
from orders.ledger.tables.counts import dialog_counts, report_counts
from orders.ledger.tables.customers import balances, password_tries, service_passwords, subscribers
from orders.ledger.tables.delivery import OPEN_CONSIGNMENT, consignment_events, consignments, surveys
from orders.ledger.tables.halls import hall_cancellations, hall_requests, hall_words, hub_deliveries, hub_subscriptions
from orders.ledger.tables.machines import counters, nodes
from orders.ledger.tables.people import (
    agent_states,
    agents,
    desk_browsers,
    desk_entries,
    desk_identities,
    desk_sessions,
    door_tries,
    pause_reasons,
    state_limits,
)
from orders.ledger.tables.pool import numbers, reservations
from orders.ledger.tables.sending import early_receipts, links, outbound, resends, segments
from orders.ledger.tables.written import book_phrases, editions, publications, rule_texts
