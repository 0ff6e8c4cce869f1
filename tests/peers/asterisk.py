"""A real Asterisk, all of it below one folder, on loopback.

    caller (phone.py, SIPp) ── SIP, RTP ──► Asterisk ── Stasis ──► Hall, over ARI
    10086            Stasis(hall): what Hall answers; with several nodes, the first that is there
    10088            an echo, to try a caller
    10089            a prompt, a key, another prompt: what Asterisk does by itself
    127.0.0.1, .2, .3  telephones that send keys by RFC 4733, by SIP INFO, as tones
    PJSIP/N@test     rings the phone that answers on `answering`

Only the modules that a call through ARI needs are loaded: it is up within a second and its log is quiet.
"""

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers.keys import Way
from tests.peers.ports import free_port
from tests.setup.asterisk import HERE

UP_WITHIN = 60.0
WAYS = {Way.RFC4733: "127.0.0.1", Way.INFO: "127.0.0.2", Way.INBAND: "127.0.0.3"}  # who presses keys how
USER = PASSWORD = "hall"

MODULES = """
res_timing_timerfd pbx_config app_echo app_verbose app_read app_playback app_stasis func_callerid func_channel
func_timeout format_gsm format_pcm format_sln format_wav codec_alaw codec_ulaw codec_a_mu codec_gsm codec_resample
res_crypto res_sorcery_astdb res_sorcery_config res_sorcery_memory res_pjproject res_pjsip res_pjsip_pubsub
res_pjsip_session res_pjsip_sdp_rtp res_pjsip_endpoint_identifier_ip res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_caller_id res_pjsip_dtmf_info res_pjsip_nat res_pjsip_registrar
res_pjsip_rfc3326 chan_pjsip res_rtp_asterisk bridge_simple bridge_softmix bridge_holding bridge_native_rtp
bridge_builtin_features chan_bridge_media res_musiconhold
res_http_websocket res_websocket_client res_stasis res_stasis_answer res_stasis_device_state res_stasis_playback
res_stasis_recording res_stasis_snoop res_ari res_ari_model res_ari_applications res_ari_asterisk res_ari_bridges
res_ari_channels res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings
res_ari_sounds
"""
EMPTY = "acl ccss cdr cel features pjproject udptl websocket_client indications"

FILES = {
    "asterisk": """
[directories]
astetcdir => {run}/etc
astmoddir => {root}/modules
astdatadir => {run}/data
astvarlibdir => {run}/lib
astdbdir => {run}/lib
astkeydir => {run}/lib
astcachedir => {run}/lib
astspooldir => {run}/spool
astrundir => {run}
astlogdir => {run}/log
[options]
verbose = 3
nocolor = yes
defaultlanguage = en
""",
    "logger": "[logfiles]\nfull => notice,warning,error,verbose(3),dtmf\n",
    "http": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {http}\nsessionlimit = 1000\n",
    "ari": "[general]\nenabled = yes\n[{user}]\ntype = user\nread_only = no\npassword = {password}\n",
    "rtp": "[general]\nrtpstart = {rtp}\nrtpend = {rtp_end}\nstrictrtp = no\nicesupport = no\n",
    "musiconhold": "[default]\nmode = files\ndirectory = {run}/data/sounds/en\n",
    "pjsip": """
[global]
type = global
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip}
[keys](!)
type = endpoint
transport = udp
context = callers
disallow = all
allow = alaw,ulaw
direct_media = no
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
rtp_symmetric = yes
[test](keys)
dtmf_mode = rfc4733
aors = test
[info](keys)
dtmf_mode = info
[inband](keys)
dtmf_mode = inband
[test]
type = aor
contact = sip:127.0.0.1:{answering}
[test]
type = identify
endpoint = test
match = 127.0.0.1
[info]
type = identify
endpoint = info
match = 127.0.0.2
[inband]
type = identify
endpoint = inband
match = 127.0.0.3
""",
    "extensions": """
[callers]
exten => 10086,1,Set(TIMEOUT(absolute)=1800)
{stasis} same => n(end),Hangup()
exten => 10088,1,Answer()
 same => n,Echo()
exten => 10089,1,Answer()
 same => n,Read(KEY,{prompt},1)
 same => n,Playback({answer})
 same => n,Hangup()
""",
}

STASIS = """ same => n,Stasis({application})
 same => n,GotoIf($["${{STASISSTATUS}}" = "SUCCESS"]?end)
"""


class DidNotStart(Exception):
    pass


@dataclass
class Asterisk:
    run: Path
    sounds: Path
    applications: tuple[str, ...] = ("hall",)
    sip: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    alone: tuple[str, str] = ("beep", "beep")
    answering: int = field(default_factory=free_port)
    rtp: int = 20_000
    root: Path = HERE
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> "Asterisk":
        self._lay_out()
        log = (self.run / "log" / "stdout").open("ab")
        command = [str(self.root / "asterisk"), "-f", "-C", str(self.run / "etc" / "asterisk.conf")]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + UP_WITHIN
        while "fully booted" not in self.console("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > until:
                raise DidNotStart((self.run / "log" / "stdout").read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        return self

    def console(self, command: str) -> str:
        done = subprocess.run(
            [self.root / "asterisk", "-C", self.run / "etc" / "asterisk.conf", "-rx", command],
            capture_output=True,
            check=False,
            text=True,
        )
        return done.stdout

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def log(self) -> str:
        return (self.run / "log" / "full").read_text(errors="replace")

    def kill(self) -> None:
        """As a machine that loses its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _lay_out(self) -> None:
        for folder in ("etc", "lib/keys", "log", "spool/recording", "data/sounds"):
            (self.run / folder).mkdir(parents=True, exist_ok=True)
        names = {
            "run": self.run,
            "root": self.root,
            "http": self.http,
            "sip": self.sip,
            "rtp": self.rtp,
            "rtp_end": self.rtp + 1_999,
            "answering": self.answering,
            "stasis": "".join(STASIS.format(application=each) for each in self.applications),
            "prompt": self.alone[0],
            "answer": self.alone[1],
            "user": USER,
            "password": PASSWORD,
        }
        for name, text in FILES.items():
            (self.run / "etc" / f"{name}.conf").write_text(text.format(**names))
        for name in EMPTY.split():
            (self.run / "etc" / f"{name}.conf").touch()
        loads = "".join(
            f"load = {name}.so\n" for name in MODULES.split() if (self.root / f"modules/{name}.so").exists()
        )
        (self.run / "etc" / "modules.conf").write_text(f"[modules]\nautoload = no\n{loads}")
        share = self.root / "usr/share/asterisk"
        links = {"documentation": share / "documentation", "rest-api": share / "rest-api"}
        links |= {"sounds/en": next(share.glob("sounds/en*")), "sounds/hall": self.sounds}
        for name, target in links.items():
            if not (self.run / "data" / name).is_symlink():
                (self.run / "data" / name).symlink_to(target)
