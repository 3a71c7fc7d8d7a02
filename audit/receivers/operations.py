"""What `perform()` does on clouds: one event when it starts, one with what came of it."""

from audit.models import Event
from opsys.kit import signals


def _started(sender, operation, **kwargs) -> None:
    Event.objects.create(**_facts(operation), phase=Event.Phase.STARTED)


def _finished(sender, operation, outcome, **kwargs) -> None:
    facts = _facts(operation)
    # What was made has its id from the cloud only now.
    facts["cloud_id"] = operation.cloud_id or outcome.cloud_id
    Event.objects.create(
        **facts,
        phase=Event.Phase(str(outcome.status)),
        reason=outcome.reason,
        error_code=outcome.code,
        request_id=outcome.request_id,
        global_request_id=outcome.global_request_id,
        seconds=outcome.seconds,
    )


def _facts(operation) -> dict:
    user = operation.user
    return {
        "operation": operation.id,
        "user": user if user is not None and user.is_authenticated else None,
        "username": user.get_username() if user is not None else "",
        "via": operation.via,
        "client": operation.client,
        "action": f"{operation.resource}.{operation.action}",
        "resource": operation.resource,
        "cluster": operation.cluster,
        "cluster_name": operation.cluster.name if operation.cluster else "",
        "cloud_id": operation.cloud_id,
        "name": operation.name,
        "params": {**operation.params, **_place(operation), **_said(operation)},
    }


def _said(operation) -> dict[str, str]:
    """Why it was done, and who else had to agree."""
    said = {"why": operation.why, "approved_by": operation.approved_by}
    return {name: text for name, text in said.items() if text}


def _place(operation) -> dict[str, str]:
    """The project that was chosen, by its name and its id: the name may be another one's later."""
    project = operation.project
    return {"project": f"{project} ({project.id})"} if project else {}


def connect() -> None:
    signals.started.connect(_started)
    signals.finished.connect(_finished)
