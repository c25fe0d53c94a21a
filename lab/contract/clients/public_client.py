"""Talks to a running service by the client that openapi-python-client generates from the public specification, unchanged:
<folder of the client> <url>."""

import sys
from datetime import date

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

from public_client import AuthenticatedClient, Client
from public_client.api.default import (
    get_dialog_user_id_list,
    get_user_get_id,
    post_dialog_user_id_send,
    post_login,
    post_user_register,
)
from public_client.models import PostDialogUserIdSendBody, PostLoginBody, PostUserRegisterBody, User

PASSWORD = "Секретная строка"


def expect(condition: bool, found: object) -> None:
    if not condition:
        sys.exit(f"the client of the public specification: unexpected: {found}")


anybody = Client(base_url=url, raise_on_unexpected_status=True)


def sign_up(**profile: object) -> str:
    registered = post_user_register.sync(client=anybody, body=PostUserRegisterBody(password=PASSWORD, **profile))
    expect(registered is not None and len(registered.user_id) == 36, registered)
    return registered.user_id


def sign_in(user: str) -> AuthenticatedClient:
    signed_in = post_login.sync(client=anybody, body=PostLoginBody(id=user, password=PASSWORD))
    expect(signed_in is not None and signed_in.token, signed_in)
    return AuthenticatedClient(base_url=url, token=signed_in.token, raise_on_unexpected_status=True)


profile = {
    "first_name": "Алиса",
    "second_name": "Фамилия",
    "birthdate": date(2017, 2, 1),
    "biography": "Хобби, интересы и т.п.",
    "city": "Москва",
}
alice, bob = sign_up(**profile), sign_up()
for user, told in (alice, profile), (bob, {}):
    shown = get_user_get_id.sync(user, client=anybody)
    expect(shown == User(id=user, **told), shown)

refused = post_login.sync_detailed(client=anybody, body=PostLoginBody(id=alice, password="wrong"))
expect(refused.status_code == 404, refused)
unknown = get_user_get_id.sync_detailed("nobody", client=anybody)
expect(unknown.status_code == 404, unknown)

hers, his = sign_in(alice), sign_in(bob)
sent = post_dialog_user_id_send.sync_detailed(bob, client=hers, body=PostDialogUserIdSendBody(text="Привет, как дела?"))
expect(sent.status_code == 200, sent)
for listed in get_dialog_user_id_list.sync(bob, client=hers), get_dialog_user_id_list.sync(alice, client=his):
    found = [(message.from_, message.to, message.text) for message in listed]
    expect(found == [(alice, bob, "Привет, как дела?")], listed)

stranger = AuthenticatedClient(base_url=url, token="not-a-token", raise_on_unexpected_status=True)
expect(get_dialog_user_id_list.sync_detailed(bob, client=stranger).status_code == 401, "a stranger")

print("the client of the public specification: register, login, get, send, list")
