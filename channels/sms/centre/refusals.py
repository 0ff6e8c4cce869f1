"""How each request is refused: by its own response where it has one, so that whoever asked knows which it was."""

from channels.smpp.pdus import (
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    DATA_SM,
    DELIVER_SM,
    QUERY_SM,
    RESPONSE,
    SUBMIT_SM,
    BindResp,
    DataSmResp,
    DeliverSmResp,
    GenericNack,
    QuerySmResp,
    Response,
    SubmitSmResp,
)

_BINDS = frozenset({BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER})
_OWN: dict[int, type[SubmitSmResp | DeliverSmResp | DataSmResp | QuerySmResp]] = {
    SUBMIT_SM: SubmitSmResp,
    DELIVER_SM: DeliverSmResp,
    DATA_SM: DataSmResp,
    QUERY_SM: QuerySmResp,
}


def refusal(command_id: int, sequence: int, status: int) -> Response:
    if command_id in _BINDS:
        return BindResp(command_id=command_id | RESPONSE, sequence=sequence, status=status)
    return _OWN.get(command_id, GenericNack)(sequence=sequence, status=status)
