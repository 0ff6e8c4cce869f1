"""The configuration file, as values. Each room's settings stand beside their user; here they are put together.

A key that nobody knows is an error that names its path: a misspelt `throughput` must not mean "no limit". Any secret
may be given as `…_file` (its contents) or `…_env` (an environment variable) instead, and need not stand in the file.
"""

import ipaddress
import os
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from channels.backends.carriers.settings import CarrierSettings, DispatchSettings
from channels.backends.settings import BillingSettings
from channels.ivr.settings import IvrSettings
from channels.smpp.settings import LinkSettings, of_two_minds
from channels.sms.routes import RouteSettings, unknown_accounts
from channels.tmf.callbacks import require_entry
from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.settings import UssdLinkSettings
from channels.web.proxied import require_proxy
from dialogs.manner import languages
from gateway_config.call_settings import CallSettings
from gateway_config.desk_settings import DeskSettings
from gateway_config.endpoints import require_client, require_server
from gateway_config.faults import explained
from gateway_config.number_settings import NumberSettings
from gateway_config.secrets import revealed
from gateway_config.survey_settings import SurveySettings
from gateway_config.toml_lines import lines_of
from orders.order import OrderState
from orders.rows import Problem, Refused


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def on_loopback(endpoint: str) -> bool:
    """Whether nobody on another machine can reach what listens there."""
    words = [word.replace("\\", "") for word in re.split(r"(?<!\\):", endpoint)]
    if words[0] == "unix":
        return True
    interface = next((word.removeprefix("interface=") for word in words if word.startswith("interface=")), "")
    try:
        return ipaddress.ip_address(interface).is_loopback
    except ValueError:
        return interface == "localhost"


class NodeSettings(Frozen):
    """data: where the embedded database and generated files are."""

    name: str = Field(default="hall-1", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    data: Path = Path("var")


class DatabaseSettings(Frozen):
    url: str = "sqlite:///var/hall.db"

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError('begins with "sqlite:///" or "postgresql+psycopg://"')
        return url


class ServiceSettings(Frozen):
    language: str = "zh"
    time_zone: str = "Asia/Shanghai"
    country: str = "CN"

    @field_validator("language")
    @classmethod
    def _language(cls, name: str) -> str:
        if name not in (known := languages()):
            raise ValueError(f"is one of {', '.join(known)}: a language is a folder of dialogs/phrases")
        return name

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError('is a name such as "Asia/Shanghai"') from None
        return name

    @field_validator("country")
    @classmethod
    def _country(cls, code: str) -> str:
        if not any(code in regions for regions in COUNTRY_CODE_TO_REGION_CODE.values()):
            raise ValueError('is a country of two capital letters, such as "CN"')
        return code

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class WebClient(Frozen):
    """Another hall. channel: by which way its orders are said to come; orders: which it sees; rate: requests a second,
    0 for no limit."""

    name: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    token_sha256: str = Field(pattern="^[0-9a-f]{64}$", repr=False)
    channel: str = Field(default="web", pattern=r"^[a-z0-9_-]{1,32}$")
    orders: Literal["own", "all"] = "own"
    rate: float = Field(default=0.0, ge=0.0)


class WebSettings(Frozen):
    """authentication: of other systems. Agents sign in at the desk whatever it says.

    public:    how the outside calls this site, as "https://hall.example.com": hrefs begin with it.
    callbacks: hosts that halls may have events sent to, as "crm.example.com", "10.1.2.3:8443", "*.example.com".
    proxies:   who may say for whom and by which scheme a request comes (X-Forwarded-For, X-Forwarded-Proto).
    """

    listen: tuple[str, ...] = ("tcp:8086:interface=127.0.0.1",)
    authentication: Literal["token", "none"] = "token"
    client: tuple[WebClient, ...] = ()
    public: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    callbacks: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(require_proxy, proxies))

    @field_validator("callbacks")
    @classmethod
    def _hosts(cls, callbacks: tuple[str, ...]) -> tuple[str, ...]:
        for entry in callbacks:
            require_entry(entry)
        return callbacks

    @field_validator("client")
    @classmethod
    def _each_its_own(cls, clients: tuple[WebClient, ...]) -> tuple[WebClient, ...]:
        for what, given in (("name", [each.name for each in clients]), ("token", [c.token_sha256 for c in clients])):
            if len(set(given)) < len(given):
                raise ValueError(f"two clients have the same {what}: give each one of its own")
        return clients

    @field_validator("listen", mode="before")
    @classmethod
    def _one_or_more(cls, listen: Any) -> Any:
        return (listen,) if isinstance(listen, str) else listen

    @field_validator("listen")
    @classmethod
    def _endpoints(cls, listen: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(require_server, listen))

    @model_validator(mode="after")
    def _guarded(self) -> "WebSettings":
        open_to_all = [endpoint for endpoint in self.listen if not on_loopback(endpoint)]
        if self.authentication == "none" and open_to_all:
            raise ValueError(
                f'authentication = "none" is for loopback only, and {open_to_all[0]!r} is not:'
                ' add ":interface=127.0.0.1" to it, or set authentication = "token"'
            )
        return self


class OrderSettings(Frozen):
    """confirm: which orders are rung back. rules: a file of flag rules in place of the standard ones.
    second_confirmation: ways of ordering ("web", "wap" …) that want a second yes by text, within so many hours.
    stuck_hours: after how long in a state somebody has to look at an order, where it is not the usual."""

    confirm: Literal["flagged", "all"] = "flagged"
    second_confirmation: tuple[str, ...] = ()
    second_confirmation_hours: float = Field(default=24.0, gt=0.0, le=720.0)
    stuck_hours: dict[OrderState, Annotated[float, Field(gt=0.0)]] = {}
    rules: Path | None = None


class Named(Protocol):
    @property
    def name(self) -> str: ...


L = TypeVar("L", bound=LinkSettings)
N = TypeVar("N", bound=Named)


def _with_endpoint(link: L) -> L:
    if bool(link.connect) == bool(link.outbind):
        raise ValueError("say where the message centre is (connect), or where it calls us (outbind)")
    try:
        require_server(link.outbind) if link.outbind else require_client(link.connect)
    except ValueError as problem:
        raise ValueError(f"{'outbind' if link.outbind else 'connect'}: {problem}") from None
    return link


def named_once(all_of_them: tuple[N, ...], what: str) -> tuple[N, ...]:
    names = [each.name for each in all_of_them]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} are called {twice[0]!r}: give each a name of its own")
    return all_of_them


class SmsSettings(Frozen):
    link: tuple[Annotated[LinkSettings, AfterValidator(_with_endpoint)], ...] = ()
    route: tuple[RouteSettings, ...] = ()

    @field_validator("link")
    @classmethod
    def _named_once(cls, links: tuple[LinkSettings, ...]) -> tuple[LinkSettings, ...]:
        return named_once(links, "links")

    @model_validator(mode="after")
    def _routed(self) -> "SmsSettings":
        for place, account in unknown_accounts(self.route, self.link):
            known = ", ".join(sorted({link.called for link in self.link})) or "none"
            raise ValueError(f"route[{place}]: no link has the account {account!r}; there are: {known}")
        return self


class UssdSettings(Frozen):
    link: tuple[Annotated[UssdLinkSettings, AfterValidator(_with_endpoint)], ...] = ()
    gateway: tuple[GatewaySettings, ...] = ()

    @field_validator("link")
    @classmethod
    def _named_once(cls, links: tuple[UssdLinkSettings, ...]) -> tuple[UssdLinkSettings, ...]:
        return named_once(links, "links")

    @model_validator(mode="after")
    def _places(self) -> "UssdSettings":
        named_once(self.gateway, "gateways")
        if both := {link.called for link in self.link} & {gateway.name for gateway in self.gateway}:
            raise ValueError(f"a link and a gateway are both called {min(both)!r}: give each a name of its own")
        if slashed := [link.called for link in self.link if "/" in link.called]:
            raise ValueError(f"a USSD account is called {slashed[0]!r}: leave out the /")
        paths = [gateway.path for gateway in self.gateway]
        if twice := [path for path in paths if sum(f"{other}/".startswith(f"{path}/") for other in paths) > 1]:
            raise ValueError(f"two gateways ask at {twice[0]}: give each a path of its own")
        return self


class LogSettings(Frozen):
    level: Literal["debug", "info", "warn", "error"] = "info"


class DialogSettings(Frozen):
    """
    counts_daily:  days for which what happens in dialogs is known by the day; counts_kept: for which it is at all.
    go_on_by_text: whether a question that a dropped session left standing is offered by text as well.
    """

    counts_daily: int = Field(default=31, ge=1, le=3660)
    counts_kept: int = Field(default=366, ge=1, le=3660)
    go_on_by_text: bool = True


class ReportSettings(Frozen):
    """kept_days: for which what reports are made of is kept; 0: for ever."""

    kept_days: int = Field(default=1830, ge=0, le=36_600)


class Settings(Frozen):
    node: NodeSettings = NodeSettings()
    database: DatabaseSettings = DatabaseSettings()
    service: ServiceSettings = ServiceSettings()
    web: WebSettings = WebSettings()
    sms: SmsSettings = SmsSettings()
    ussd: UssdSettings = UssdSettings()
    ivr: IvrSettings = IvrSettings()
    billing: BillingSettings = BillingSettings()
    orders: OrderSettings = OrderSettings()
    calls: CallSettings = CallSettings()
    numbers: NumberSettings = NumberSettings()
    carrier: tuple[CarrierSettings, ...] = ()
    dispatch: DispatchSettings = DispatchSettings()
    survey: SurveySettings = SurveySettings()
    desk: DeskSettings = DeskSettings()
    dialogs: DialogSettings = DialogSettings()
    reports: ReportSettings = ReportSettings()
    log: LogSettings = LogSettings()

    @field_validator("carrier")
    @classmethod
    def _called_once(cls, carriers: tuple[CarrierSettings, ...]) -> tuple[CarrierSettings, ...]:
        if twice := sorted(name for name, times in Counter(each.name for each in carriers).items() if times > 1):
            raise ValueError(f"two carriers are called {twice[0]!r}: give each a name of its own")
        return carriers

    @model_validator(mode="after")
    def _apart(self) -> "Settings":
        both = {link.name for link in self.sms.link} & {link.name for link in self.ussd.link}
        if both:
            raise ValueError(f"ussd.link: there is an sms.link called {min(both)!r} too: give each a name of its own")
        if account := of_two_minds(self.links):
            raise ValueError(
                f"the links of account {account!r} have different account_throughput: give all of them the same"
            )
        return self

    @model_validator(mode="after")
    def _called_from_outside(self) -> "Settings":
        if self.desk.oidc is not None and not self.web.public:
            raise ValueError(
                "desk.oidc: the provider sends people back here: say in web.public how the outside calls this site"
            )
        return self

    @model_validator(mode="after")
    def _gateways_guarded(self) -> "Settings":
        self.require_guarded(self.ussd.gateway)
        return self

    def require_guarded(self, gateways: Sequence[GatewaySettings]) -> None:
        """Where these settings listen."""
        strangers = [gateway.name for gateway in gateways if not gateway.guarded]
        if strangers and not all(map(on_loopback, self.web.listen)):
            raise ValueError(
                f"ussd.gateway: anybody could ask as {strangers[0]!r}: give it addresses or a secret,"
                " or listen on loopback only"
            )

    @property
    def links(self) -> tuple[LinkSettings, ...]:
        """Of text messages and of USSD."""
        return (*self.sms.link, *self.ussd.link)

    @property
    def prompts_folder(self) -> Path:
        """Of recordings and speech."""
        return (self.ivr.prompts or self.node.data / "prompts").absolute()

    @property
    def recordings_folder(self) -> Path:
        return (self.calls.recordings or self.node.data / "recordings").absolute()

    @property
    def text_service(self) -> str:
        """The address that notices come from."""
        codes = [code for link in self.sms.link for code in link.short_codes]
        return codes[0] if codes else "10086"


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises Refused with every problem, by line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise Refused([Problem(str(path), 1, f"cannot be read ({problem.strerror}): name it with --config")]) from None
    except UnicodeDecodeError:
        raise Refused([Problem(str(path), 1, "is not UTF-8: save it as such")]) from None
    return parse(text, str(path), environment)


def parse(text: str, name: str, environment: Mapping[str, str] = os.environ) -> Settings:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise Refused([Problem(name, getattr(problem, "lineno", 1), f"is not TOML: {problem}")]) from None
    lines = lines_of(text)
    try:
        return Settings.model_validate(revealed(given, environment, name, lines))
    except ValidationError as invalid:
        raise Refused(explained(invalid, Settings, name, lines)) from None
