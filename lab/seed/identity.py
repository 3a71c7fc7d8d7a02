"""Projects, their members, and a connection for each."""

from openstack.connection import Connection

from lab.bootstrap import connect
from lab.seed.plan import PASSWORD, CloudPlan


def create_projects(admin: Connection, plan: CloudPlan) -> None:
    identity = admin.identity
    roles = {role.name: role for role in identity.roles()}
    admin_user = identity.find_user("admin", ignore_missing=False)
    auditor = _user(admin, "auditor", "Reads everything, changes nothing")
    for planned in plan.projects:
        project = identity.find_project(planned.name) or identity.create_project(
            name=planned.name, description=planned.description, domain_id="default"
        )
        for name in planned.members:
            identity.assign_project_role_to_user(project, _user(admin, name), roles["member"])
        identity.assign_project_role_to_user(project, auditor, roles["reader"])
        identity.assign_project_role_to_user(project, admin_user, roles["admin"])
        if not planned.groups:
            # The sandbox may ask for the impossible, and gets an ERROR instead of a refusal.
            continue
        admin.compute.update_quota_set(project, instances=25, cores=120, ram=400 * 1024)
        admin.block_storage.update_quota_set(project, volumes=30, gigabytes=2000)


def _user(admin: Connection, name: str, description: str = ""):
    return admin.identity.find_user(name) or admin.identity.create_user(
        name=name,
        password=PASSWORD,
        email=f"{name}@example.org",
        description=description,
        domain_id="default",
    )


def connect_members(address: str, plan: CloudPlan) -> dict[str, Connection]:
    """A connection into each project, as its first member."""
    return {
        project.name: connect(address, username=project.members[0], password=PASSWORD, project_name=project.name)
        for project in plan.projects
    }
