"""The HTTP side: token, method, parameters, faults, answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .control import Control
from .errors import ApiError
from .faults import PAGE_502, Fault
from .methods import PACED, POLL, POLL_KNOWS, TABLE, dumps
from .params import Params, read
from .records import Call

if TYPE_CHECKING:
    from .server import BotApi


class Http:
    """Answers every request that reaches the port."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.control = Control(api)
        self._prefix = f"/bot{api.token}/"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(self._prefix):
            self.api.open_requests += 1
            try:
                return await self._method(request, path[len(self._prefix) :])
            finally:
                self.api.open_requests -= 1
        if path.startswith("/control/"):
            return await self.control.handle(request)
        if path.startswith(f"/file{self._prefix}"):
            content = self.api.files.get(path.rpartition("/")[2])
            return web.Response(status=404) if content is None else web.Response(body=content)
        if path.startswith("/bot"):
            number, colon, _ = path[4:].partition("/")[0].partition(":")
            if colon and number.isdigit():
                return _refuse(ApiError(401, "Unauthorized"))
        return _refuse(ApiError(404, "Not Found"))

    async def _method(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        key = name.lower()
        call = Call(name, {}, self.api.now())
        try:
            call.params = raw = await read(request)
            if key == POLL:
                call.method = "getUpdates"
            elif key in TABLE:
                call.method = TABLE[key][0]
            else:
                self.api.log.append(call)
                raise ApiError(404, "Not Found: method not found")
            self.api.log.append(call)
            if self.api.faults.all:
                fault = self.api.faults.strike(key, _chat_number(raw))
                if fault is not None:
                    return await self._faulty(request, key, call, fault)
            body = await self._answer(key, raw, call)
        except ApiError as error:
            call.status = error.code
            return _refuse(error)
        call.status = 200
        return web.Response(body=body, content_type="application/json")

    async def _answer(self, key: str, raw: dict[str, Any], call: Call) -> bytes:
        if key == POLL:
            params = Params(raw)
            self.api.note(call.method, POLL_KNOWS, params)
            return b'{"ok":true,"result":[' + b",".join(await self.api.updates.poll(params)) + b"]}"
        if self.api.pace.on and key in PACED:
            chat = _chat_number(raw)
            if chat is not None and (key == "sendmessage" or chat < 0):
                refusal = self.api.pace.refusal(chat)
                if refusal is not None:
                    raise refusal
        call.result = result = self.api.perform(key, raw)
        answer = {"ok": True, "result": result}
        if key.endswith("etwebhook") or key == "deletewebhook":
            answer["description"] = self.api.remark
        return dumps(answer)

    async def _faulty(
        self, request: web.BaseRequest, key: str, call: Call, fault: Fault
    ) -> web.StreamResponse:
        if fault.slow:
            await asyncio.sleep(fault.slow)
        refusal = fault.refusal()
        plain = refusal is None and not (fault.drop or fault.hang or fault.malformed or fault.html)
        body = b""
        if plain or fault.acts or fault.drop == "after":
            body = await self._answer(key, call.params, call)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.hang or fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        call.status = 200 if refusal is None else refusal.code
        if fault.html:
            call.status = fault.status or 502
            return web.Response(status=call.status, body=PAGE_502, content_type="text/html")
        if refusal is not None:
            return _refuse(refusal)
        if fault.malformed:
            body = b'{"ok":true,"result":{"message_id":'
        return web.Response(body=body, content_type="application/json")


def _refuse(error: ApiError) -> web.Response:
    return web.Response(status=error.code, body=dumps(error.body()), content_type="application/json")


def _chat_number(raw: dict[str, Any]) -> int | None:
    try:
        return int(raw["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None
