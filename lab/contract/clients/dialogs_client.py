"""Talks to a running service by the client that openapi-python-client generates from openapi.json: <its folder> <url>."""

import sys

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

from dialogs_client import AuthenticatedClient, Client
from dialogs_client.api.default import (
    change_password,
    check_ready,
    list_messages,
    list_sessions,
    login,
    refresh,
    register,
    revoke,
    send_message,
    show_keys,
    show_user,
)
from dialogs_client.models import (
    ChangePasswordBody,
    LoginBody,
    Message,
    Problem,
    RefreshBody,
    RegisterBody,
    RevokeBody,
    SendMessageBody,
    SignedIn,
)

PASSWORD, NEW_PASSWORD = "correct horse", "battery staple"


def expect(condition: bool, found: object) -> None:
    if not condition:
        sys.exit(f"openapi-python-client: unexpected: {found}")


def holder_of(signed_in: object) -> AuthenticatedClient:
    expect(isinstance(signed_in, SignedIn), signed_in)
    return AuthenticatedClient(base_url=url, token=signed_in.token, raise_on_unexpected_status=True)


anybody = Client(base_url=url, raise_on_unexpected_status=True)

ready = check_ready.sync(client=anybody)
expect(ready is not None and ready.status == "ready", ready)
expect(len(show_keys.sync(client=anybody).keys) == 1, "keys")

alice = register.sync(client=anybody, body=RegisterBody(password=PASSWORD, first_name="Alice")).user_id
shown = show_user.sync(str(alice), client=anybody)
expect((shown.id, shown.first_name) == (str(alice), "Alice"), shown)
signed_in = login.sync(client=anybody, body=LoginBody(id=str(alice), password=PASSWORD, refresh=True))
client = holder_of(signed_in)

sent = send_message.sync("bob/é", client=client, body=SendMessageBody(text="Hello, Bob!"), idempotency_key='"k 1"')
expect(isinstance(sent, Message) and sent.text == "Hello, Bob!" and sent.to == "bob/é", sent)
again = send_message.sync("bob/é", client=client, body=SendMessageBody(text="Hello, Bob!"), idempotency_key='"k 1"')
expect(again == sent, again)

listed = list_messages.sync("bob/é", client=client, limit=2, at=sent.sent_at)
expect(listed == [sent], listed)
expect(list_messages.sync("bob/é", client=client, before=sent.id) == [], "messages before the first")

refused = list_messages.sync("bob/é", client=client, limit=500)
expect(isinstance(refused, Problem) and refused.code == 40006, refused)

mine = RefreshBody(refresh_token=signed_in.refresh_token)
refreshed = refresh.sync(client=anybody, body=mine)
client = holder_of(refreshed)
# Without another one in the reply, a client keeps the refresh token that it has.
mine.refresh_token = refreshed.refresh_token or mine.refresh_token
sessions = list_sessions.sync(client=client)
expect([session.current for session in sessions] == [True], sessions)

change = ChangePasswordBody(password=PASSWORD, new_password=NEW_PASSWORD)
changed = holder_of(change_password.sync(client=client, body=change))
void = refresh.sync(client=anybody, body=mine)
expect(isinstance(void, Problem) and void.code == 40101, void)
old = login.sync(client=anybody, body=LoginBody(id=str(alice), password=PASSWORD))
expect(isinstance(old, Problem) and old.code == 40403, old)

done = revoke.sync_detailed(client=changed, body=RevokeBody())
expect(done.status_code == 204, done)

print("openapi-python-client: from signing up to signing out")
