"""As much of SIP (RFC 3261) as a telephone on loopback needs: messages as text, one dialog at a time."""

import secrets
from dataclasses import dataclass, field

REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 404: "Not Found", 480: "Temporarily Unavailable", 481: "No Call"}
REASONS |= {486: "Busy Here", 487: "Request Terminated", 603: "Decline"}


def tag() -> str:
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Message:
    """`method` of a request, or `status` of a response; headers by their names in small letters."""

    method: str
    status: int
    headers: dict[str, str]
    vias: tuple[str, ...]
    body: str

    @classmethod
    def of(cls, data: bytes) -> "Message":
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers: dict[str, str] = {}
        vias = []
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() in ("via", "v"):
                vias.append(value.strip())
            headers.setdefault(name.lower(), value.strip())
        word, second, *_ = [*first.split(" "), ""]
        if word == "SIP/2.0":
            return cls("", int(second), headers, tuple(vias), body)
        return cls(word, 0, headers, tuple(vias), body)

    @property
    def cseq(self) -> str:
        return self.headers.get("cseq", "")

    def media(self) -> tuple[str, int] | None:
        """Where the other side wants its RTP."""
        host = port = ""
        for line in self.body.splitlines():
            if line.startswith("c=IN IP4 "):
                host = line.split()[2]
            elif line.startswith("m=audio "):
                port = line.split()[1]
        return (host, int(port)) if host and port else None


def response(request: Message, status: int) -> bytes:
    vias = "".join(f"Via: {via}\r\n" for via in request.vias)
    kept = "".join(f"{name}: {request.headers[name.lower()]}\r\n" for name in ("From", "To", "Call-ID", "CSeq"))
    return f"SIP/2.0 {status} {REASONS.get(status, 'No')}\r\n{vias}{kept}Content-Length: 0\r\n\r\n".encode()


@dataclass
class Messages:
    """One dialog's messages, in the words of the side that we are."""

    call_id: str
    caller: str
    number: str
    port: int
    server: int
    host: str = "127.0.0.1"
    branch: str = field(default_factory=lambda: f"z9hG4bK{tag()}")
    us: str = ""
    to: str = ""
    invited: Message | None = None
    cseq: int = 1

    def __post_init__(self) -> None:
        if not self.us:
            self.us = f"<sip:{self.caller}@{self.host}:{self.port}>;tag={tag()}"
            self.to = f"<sip:{self.number}@127.0.0.1:{self.server}>"

    @classmethod
    def answering(cls, invite: Message, port: int) -> "Messages":
        number = invite.headers["to"].partition("sip:")[2].partition("@")[0]
        us = f"{invite.headers['to']};tag={tag()}"
        made = cls(invite.headers["call-id"], "", number, port, 0, us=us, to=invite.headers["from"], invited=invite)
        made.cseq = 100
        return made

    # ── we call ──

    def invite(self, media: int) -> bytes:
        return self._request("INVITE", self.cseq, _sdp(media, self.host), self.branch)

    def ack(self, answer: Message) -> bytes:
        """RFC 3261 17.1.1.3: to a refusal with the branch of the INVITE, to an answer with one of its own."""
        branch = self.branch if answer.status > 299 else f"z9hG4bK{tag()}"
        return self._request("ACK", int(answer.cseq.split()[0]), "", branch)

    def cancel(self) -> bytes:
        return self._request("CANCEL", self.cseq, "", self.branch)

    # ── we are called ──

    def answer(self, status: int, media: int = 0) -> bytes:
        assert self.invited is not None
        body = _sdp(media, self.host) if media else ""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"SIP/2.0 {status} {REASONS.get(status, 'No')}\r\n"
            + "".join(f"Via: {via}\r\n" for via in self.invited.vias)
            + f"From: {self.invited.headers['from']}\r\nTo: {self.us}\r\nCall-ID: {self.call_id}\r\n"
            + f"CSeq: {self.invited.cseq}\r\nContact: <sip:{self.host}:{self.port}>\r\n"
            + f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def refused(self, status: int) -> bytes:
        return self.answer(status)

    # ── either ──

    def bye(self) -> bytes:
        self.cseq += 1
        return self._request("BYE", self.cseq, "", f"z9hG4bK{tag()}")

    def info(self, body: str) -> bytes:
        """RFC 6086, with the body that telephones have used for keys since before it."""
        self.cseq += 1
        return self._request("INFO", self.cseq, body, f"z9hG4bK{tag()}", "application/dtmf-relay")

    def _request(self, method: str, cseq: int, body: str, branch: str, content: str = "application/sdp") -> bytes:
        to = self.to.partition("<")[2].partition(">")[0] or self.to
        kind = f"Content-Type: {content}\r\n" if body else ""
        return (
            f"{method} {to} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport\r\n"
            f"From: {self.us}\r\nTo: {self.to}\r\nCall-ID: {self.call_id}\r\nCSeq: {cseq} {method}\r\n"
            f"Contact: <sip:{self.host}:{self.port}>\r\nMax-Forwards: 70\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def _sdp(port: int, host: str) -> str:
    lines = [
        "v=0",
        f"o=phone 1 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
    ]
    return "".join(f"{line}\r\n" for line in lines)
