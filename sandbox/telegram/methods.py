"""Which methods have an effect here, and how a call is judged before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import edit, intake, profile, send
from .errors import NotInSandbox, Refused
from .params import Arguments, Sent, read_arguments
from .spec import Spec
from .updates import Waiting
from .world import World

Method = Callable[[World, str, Arguments], Any]

METHODS: dict[str, Method] = {
    "getMe": profile.get_me,
    "logOut": profile.log_out,
    "close": profile.close,
    "getChat": profile.get_chat,
    "sendChatAction": profile.send_chat_action,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "sendMessage": send.send_message,
    "sendPhoto": send.send_photo,
    "sendDocument": send.send_document,
    "sendVoice": send.send_voice,
    "sendVideo": send.send_video,
    "sendMediaGroup": send.send_media_group,
    "editMessageText": edit.edit_message_text,
    "editMessageReplyMarkup": edit.edit_message_reply_markup,
    "deleteMessage": edit.delete_message,
    "setMessageReaction": edit.set_message_reaction,
    "answerCallbackQuery": intake.answer_callback_query,
    "getFile": intake.get_file,
    "setWebhook": intake.set_webhook,
    "deleteWebhook": intake.delete_webhook,
    "getWebhookInfo": intake.get_webhook_info,
}


def method_name(spec: Spec, named: str) -> str:
    """The method as the description spells it (the service ignores case). Raises Refused."""
    known = spec.by_lower_name.get(named.lower())
    if known is None:
        raise Refused(404, "Not Found: method not found")
    return known


async def call(world: World, spec: Spec, method: str, sent: Sent) -> Any:
    """The result, `list[Waiting]` for getUpdates. Raises Refused. Mistakes go to the world's violations."""
    if world.logged_out:
        raise Refused(400, "Logged out")
    args = read_arguments(spec, method, sent)
    for what, detail in args.findings.unknown:
        world.violation(method, what, detail)
    try:
        result = await _run(world, method, args)
    except NotInSandbox as error:
        world.violation(method, "is not simulated", error.what)
        raise
    for what, detail in args.findings.loose:
        world.violation(method, what, detail)
    for name in sorted(args.unused_uploads()):
        world.violation(method, "uploaded file was not used", name)
    return result


async def _run(world: World, method: str, args: Arguments) -> Any | list[Waiting]:
    if method == "getUpdates":
        return await intake.get_updates(world, args)
    if method not in METHODS:
        raise NotInSandbox(f"method {method}")
    return METHODS[method](world, method, args)
