"""GitLab, which takes the commit, and the chat, which takes the message."""

from services import Service

SERVICES = (
    Service(
        "GitLab",
        {"GITLAB_URL": "/api/v4/projects/123/repository/commits"},
        lambda method, path, body: (201, {"short_id": "ed899a2f"}),
    ),
    Service(
        "chat webhook",
        {"CHAT_WEBHOOK": "/hooks/deployments"},
        lambda method, path, body: (200, {"ok": True}),
    ),
)
