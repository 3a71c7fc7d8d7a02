"""The only way to a cloud. Plain values and `CloudError` come out; SDK objects and SDK errors stay inside."""

from clusters.gateway.call import Call, call
from clusters.gateway.capabilities import discover
from clusters.gateway.certificate import ssl_context
from clusters.gateway.credential_end import credential_end
from clusters.gateway.environment import environment_of
from clusters.gateway.errors import CONNECTION, CloudError, TransferError
from clusters.gateway.files import receive_file, send_file
from clusters.gateway.listed import Index, Listed, Listing, Page, read_count, read_page
from clusters.gateway.listing import (
    check,
    if_allowed,
    if_answered,
    if_understood,
    many,
    moment,
    negotiate,
    not_found,
    one,
    pages,
    with_id,
)
from clusters.gateway.projects import ProjectError, allowed_projects
from clusters.gateway.together import together

__all__ = [
    "CONNECTION",
    "Call",
    "CloudError",
    "Index",
    "Listed",
    "Listing",
    "Page",
    "ProjectError",
    "TransferError",
    "allowed_projects",
    "call",
    "check",
    "credential_end",
    "discover",
    "environment_of",
    "if_allowed",
    "if_answered",
    "if_understood",
    "many",
    "moment",
    "negotiate",
    "not_found",
    "one",
    "pages",
    "read_count",
    "read_page",
    "receive_file",
    "send_file",
    "ssl_context",
    "together",
    "with_id",
]
