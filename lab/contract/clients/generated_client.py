"""Talks to a running service by the client that openapi-python-client generates: <folder of the client> <url>; $TOKEN."""

import os
import sys

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

from dialogs_client import AuthenticatedClient
from dialogs_client.api.default import check_ready, list_messages, send_message
from dialogs_client.models import Message, Problem, SendMessageBody


def expect(condition: bool, found: object) -> None:
    if not condition:
        sys.exit(f"openapi-python-client: unexpected: {found}")


client = AuthenticatedClient(base_url=url, token=os.environ["TOKEN"], raise_on_unexpected_status=True)

ready = check_ready.sync(client=client)
expect(ready is not None and ready.status == "ready", ready)

sent = send_message.sync("bob/é", client=client, body=SendMessageBody(text="Hello, Bob!"), idempotency_key='"k 1"')
expect(isinstance(sent, Message) and sent.text == "Hello, Bob!" and sent.to == "bob/é", sent)
again = send_message.sync("bob/é", client=client, body=SendMessageBody(text="Hello, Bob!"), idempotency_key='"k 1"')
expect(again == sent, again)

listed = list_messages.sync("bob/é", client=client, limit=2, at=sent.sent_at)
expect(listed == [sent], listed)
expect(list_messages.sync("bob/é", client=client, before=sent.id) == [], "messages before the first")

refused = list_messages.sync("bob/é", client=client, limit=500)
expect(isinstance(refused, Problem) and refused.code == 40006, refused)

print("openapi-python-client: send, repeat, list, a refusal")
