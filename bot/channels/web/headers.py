"""What every answer tells the browser: keep nothing, load nothing from elsewhere, tell nobody where she was."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAME = "/messages"
_OWN = "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
PAGE_POLICY = (
    _OWN + "script-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types page"
)
FRAME_POLICY = _OWN + "frame-ancestors 'self'"
_OFF = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "otp-credentials", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "cache-control": "no-store",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{name}=()" for name in _OFF),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-robots-tag": "noindex, nofollow, noarchive, nosnippet",
}
# What the browser is told to forget when she leaves. All cookies only where the address is ours by name (https):
# on 127.0.0.1 the desk's sign-in would go as well. Our own cookie is ended in any case.
CLEAR = '"cache", "storage"'
CLEAR_ALL = '"cache", "cookies", "storage"'


class Headers:
    """Puts them on every answer, also on one that something else made."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                put_on(MutableHeaders(scope=message), scope)
            await send(message)

        await self._app(scope, receive, with_headers)


def put_on(headers: MutableHeaders, scope: Scope) -> None:
    in_frame = scope["path"] == FRAME
    for name, value in HEADERS.items():
        headers[name] = value
    headers["content-security-policy"] = FRAME_POLICY if in_frame else PAGE_POLICY
    headers["x-frame-options"] = "SAMEORIGIN" if in_frame else "DENY"
    if scope["scheme"] == "https":
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
