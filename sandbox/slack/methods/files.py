"""files.*: the external upload in three steps, and a look at the result."""

from __future__ import annotations

from typing import Any

from sandbox.slack import events
from sandbox.slack.channel import Channel
from sandbox.slack.content import Content, bot_message, put_in_thread
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.methods.method import Method
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace


def get_upload_url(space: Workspace, params: Params) -> dict[str, Any]:
    name, length = params.required("filename"), params.required("length")
    if not length.isdigit() or int(length) == 0:
        raise invalid_arguments("must be more than 0 [json-pointer:/length]")
    file_id = space.new_id("F")
    space.files[file_id] = {
        "id": file_id,
        "name": name,
        "title": name,
        "size": int(length),
        "uploaded": None,
        # With alt_txt the sharing never happens, silently: slackapi/python-slack-sdk#1818.
        "never_shared": params.text("alt_txt") is not None,
        "shares": {},
    }
    return {"upload_url": f"{space.base_url}/slack/upload/{file_id}", "file_id": file_id}


def complete_upload(space: Workspace, params: Params) -> dict[str, Any]:
    files = [_uploaded(space, each) for each in params.structure("files") or []]
    if not files:
        raise invalid_arguments("missing required field: files")
    given = params.text("channel_id") or params.text("channels")
    if given:
        _share(space, space.channel_with_bot(given), files, params)
    return {"files": [{"id": each["id"], "title": each["title"]} for each in files]}


def info(space: Workspace, params: Params) -> dict[str, Any]:
    file = space.files.get(params.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": _shown(file), "comments": []}


def _uploaded(space: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    file = space.files.get(given.get("id", ""))
    if file is None or file["uploaded"] is None:
        raise SlackError("file_not_found")
    file["title"] = given.get("title") or file["title"]
    return file


def _share(space: Workspace, channel: Channel, files: list[dict[str, Any]], params: Params) -> None:
    visible = [each for each in files if not each["never_shared"]]
    if not visible:
        return
    comment = params.text("initial_comment") or " "
    message = bot_message(space, channel, Content(comment, [], [], None))
    put_in_thread(space, channel, message, params.text("thread_ts"), broadcast=False)
    message |= {"subtype": message.get("subtype", "file_share"), "upload": True}
    for file in visible:
        file["shares"].setdefault("public", {})[channel.id] = [{"ts": message["ts"]}]
    message["files"] = [_shown(each) for each in visible]
    channel.add(message)
    space.changed.set()
    space.emit(events.posted(channel, message))


def _shown(file: dict[str, Any]) -> dict[str, Any]:
    return {key: file[key] for key in ("id", "name", "title", "size", "shares")}


METHODS = {
    "files.getUploadURLExternal": Method(
        get_upload_url, "filename length alt_txt snippet_type", scope="files:write"
    ),
    "files.completeUploadExternal": Method(
        complete_upload,
        "files channel_id channels initial_comment thread_ts blocks",
        scope="files:write",
    ),
    "files.info": Method(info, "file count cursor limit page", scope="files:read"),
}
