"""A Bot API server for tests, over real HTTP, as faithful to Telegram as the tests need.

In a test::

    with BotApi() as api:                                # or: async with, in the running loop
        bot = telegram.Bot(api.token, base_url=api.base_url)
        api.fault("sendMessage", status=429, retry_after=3, times=2)
        she = api.user(1001, language="nl")
        she.command("/start")
        she.press("Ja")
        assert api.chat(1001).texts() == [...]

By hand: ``python -m tests.botapi --port 8081 --token 123:made-up`` and point the bot's base URL at
``http://127.0.0.1:8081/bot``. Then hold a conversation with curl
(form fields or JSON; ``A=http://127.0.0.1:8081``)::

    curl -d user=1001 -d text=/start          $A/control/say
    curl                                      $A/control/chat/1001  (?all=1: deleted ones too)
    curl -d user=1001 -d button=Ja            $A/control/press  (label or callback data;
             button=0 -d place=1: by place; message=ID: an old one)
    curl -d user=1001                         $A/control/voice  (photo, sticker, location …)
    curl -d user=1001                         $A/control/block  (unblock, clear)
    curl -d user=1001 -d message=3 -d text=anders $A/control/edit  (delete)
    curl -d group=-500                        $A/control/group  (migrate; bot_status -d status=…)
    curl -d group=-500 -d user=2001 -d button=Neem $A/control/press
    curl -d method=sendMessage -d status=429 -d retry_after=3 -d times=2 $A/control/fault
    curl -X POST                              $A/control/clear_faults
    curl -d hours=49                          $A/control/clock
    curl -d on=1                              $A/control/pace
    curl -d do=hold                           $A/control/updates  (release [shuffle=SEED reverse=1
             copies=2], repeat [times=N], restart [at=ID])
    curl                                      $A/control/state  (calls?method=…, chats, press/ID)
    curl -d chats=40 -d seconds=5             $A/control/flood  (load; answers replies/s and p99)
    curl -X POST                              $A/control/stop

Where it differs from Telegram on purpose: Markdown is refused, of media only a voice can be sent, http addresses do
for a webhook, a retry's second is ``retry_unit`` long.
"""

from .chats import Chat, Message
from .errors import ApiError
from .faults import Fault
from .records import Call, Press
from .remote import Remote, spawn
from .server import TOKEN, BotApi
from .users import Group, Member, User

__all__ = [
    "TOKEN",
    "ApiError",
    "BotApi",
    "Call",
    "Chat",
    "Fault",
    "Group",
    "Member",
    "Message",
    "Press",
    "Remote",
    "User",
    "spawn",
]
